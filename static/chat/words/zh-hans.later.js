// 简体中文：首次打开之后才用到的话（widget/later.js）。

/** @type {Record<string, string>} */
export default {
  offline_open: '请留下邮箱，我们会给您回信。',
  email: '邮箱',
  name: '称呼（选填）',
  leave: '留下邮箱',
  bad_email: '邮箱地址似乎不完整，请您核对。',
  csat: '您对本次服务满意吗？',
  score1: '很不满意',
  score2: '不满意',
  score3: '一般',
  score4: '满意',
  score5: '非常满意',
  comment: '还有什么想告诉我们？（选填）',
  thanks: '感谢您的评价。',
  begin: '开始新的对话',
  download: '下载对话记录',
  in_brackets: '（{text}）',
  colon: '：',
  sound_on: '打开提示音',
  sound_off: '关闭提示音',
}
