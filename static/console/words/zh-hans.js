// 简体中文：写给同事看的，称“你”，用全角标点。这里没有的词沿用对话界面。

/** @type {Record<string, string>} */
export default {
  // 视图与列表
  views: '视图', mine: '我的', unassigned: '未分配', waiting: '等待中', all: '全部', snoozed: '稍后处理', resolved: '已解决',
  search: '搜索消息和客户', loading: '正在加载', nothing_found: '没有找到。', older: '显示更早的会话',
  empty_mine: '你手上没有会话。在线时，新的请求会派给你。', empty_unassigned: '没有无人处理的会话。', empty_waiting: '没有客户在等待。',
  empty_all: '没有进行中的会话。', empty_snoozed: '没有稍后处理的会话。', empty_resolved: '还没有已解决的会话。',
  visitor: '访客', unread_row: '未读。', no_words: '还没有消息', by: '{name}：', by_agent: '客服', by_bot: '机器人', by_system: '提示', by_visitor: '访客',
  you: '你', has_bot: '机器人', has_queue: '无人接手', has_human: '客服',
  waits_calm: '已等待 ', waits_soon: '等待较久，已等 ', waits_late: '等待超时，已等 ',
  seconds: '{n} 秒', minutes: '{n} 分钟', hours: '{h} 小时 {m} 分', days: '{n} 天',
  reason_asked_for_person: '要求转人工', reason_no_passage: '没有相关知识', reason_low_confidence: '机器人把握不足', reason_model_down: '模型不可用', reason_high_risk: '风险较高',
  reason_failed: '回答出错', reason_transferred: '同事转来', reason_lost: '原客服离线',
  tier_0: '重复已有回答', tier_1: '引用原文', tier_2: '撰写回答', tier_3: '撰写回答（云端）', reason_marked_wrong: '标记为答错', tier_human: '转人工', turn_running: '进行中', turn_done: '已回答', turn_cancelled: '已取消', turn_failed: '出错',
  // 会话
  choose: '请选择一个会话。', verbs: '操作', back: '返回列表', reply: '回复', note: '备注', transfer: '转接', resolve: '解决', reopen: '重新打开', claim: '接手',
  snooze: '稍后处理', more: '更多', customer: '客户信息', viewing: '也在查看：{names}', with: '{name}处理中', with_you: '由你处理', with_bot: '机器人接待中', with_queue: '等待人工', with_human: '客服处理中',
  state_open: '进行中', state_snoozed: '稍后处理', state_resolved: '已解决', snoozed_until: '{at} 再处理',
  summary: '接手前请看', asked: '问题', tried: '已尝试', found: '找到',
  modes: '谁能看到', write: '回复客户', write_note: '写备注', send: '发送', send_note: '保存备注',
  reply_hint: '输入 / 使用快捷回复', note_hint: '只有团队可见。输入 @ 提及同事。', hint_claim: '回复后，这个会话由你接手。', hint_theirs: '这个会话由{name}处理，接手后才能回复。', hint_resolved: '会话已解决，重新打开后才能回复。',
  note_label: '备注，只有团队可见', canned: '快捷回复', suggest: '机器人草稿', draft: '机器人会这样回答', no_draft: '机器人没有合适的回答。', from: '来源：{titles}', insert: '插入并修改', send_now: '直接发送', dismiss: '不用',
  send_resolve: '发送并解决', unhelpful: '机器人答错了', helpful: '客户认为有帮助', wrong: '机器人答错了', conversation: '会话', ended: '已解决',
  joined: '{name} 接手了会话', returned: '已转回机器人', queued: '客户正在等待人工', place: '客户排在第 {n} 位', offline: '当时没有客服在线', agent: '客服',
  // 客户
  close_customer: '收起信息栏', email: '邮箱', language: '语言', on_page: '所在页面', blocked: '已屏蔽', block: '屏蔽访客', unblock: '取消屏蔽',
  handling: '处理', tags: '标签', priority: '优先级', priority_is: '优先级：{name}', priority_0: '无', priority_1: '低', priority_2: '高', priority_3: '紧急',
  past: '以往会话', no_past: '这是第一次来访。', turns: '机器人做了什么', no_turns: '机器人没有在这里回答过。',
  fact_user_id: '客户编号', fact_device: '设备', fact_browser: '浏览器', fact_timezone: '时区', fact_city: '城市', fact_referrer: '来源', fact_first_seen: '首次来访', fact_verified: '身份已验证',
  teach: '把我的回答存为知识', teach_hint: '在知识库中生成草稿，并关联这个会话。', question: '问题', answer: '回答', teach_do: '保存草稿', ticket: '创建工单', ticket_hint: '还要做的事，关联这个会话。', subject: '主题', ticket_do: '创建', done_ticket: '工单已创建。',
  // 对话框
  palette: '命令和会话', sheet: '键盘快捷键', close_sheet: '关闭', cancel: '取消', done: '完成', chosen: '（已选）',
  transfer_to: '转接给', transfer_note: '给对方的备注（选填）', team: '小组', the_bot: '机器人', snooze_until: '何时再处理', tags_title: '添加或移除标签', new_tag: '新标签“{name}”', priority_title: '优先级', canned_title: '快捷回复',
  in_an_hour: '一小时后', in_three_hours: '三小时后', this_evening: '今天傍晚', tomorrow: '明天上午', next_monday: '下周一', in_a_week: '一周后',
  keys_move: '查找', keys_answer: '应答', keys_mark: '标记', keys_desk: '工作台', next: '下一个会话', previous: '上一个会话',
  // 派单、在线状态、连接
  offer: '{name}请求人工服务', accept: '接受', decline: '谢绝', offers: '待接请求', taken: '{name} 已接手。', given: '{name}已转给你。', mentioned: '{name}提到了你', open_it: '查看', colon: '：', passed_on: '这个请求已转给其他同事。',
  presence: '你的状态', online: '在线', away: '离开', offline_me: '离线', colleagues: '{n} 位同事在线', alone: '没有同事在线',
  alerts: '声音和桌面通知', alerts_on: '声音和通知已打开', alerts_off: '声音和通知已关闭', alerts_told: '声音和通知已打开。', alerts_sound: '声音已打开。浏览器没有允许桌面通知。', alerts_quiet: '声音和通知已关闭。',
  auto_away: '你已设为离开：十分钟没有操作。', admin: '管理后台', line_lost: '连接已断开。你写的内容不会丢失，恢复后自动发送。', signed_out: '你已退出登录，或此账号无权使用工作台。', sign_in: '登录',
  not_sent: '没有发出：现在没有连接。',
  done_resolve: '{name}的会话已解决。', done_snooze: '{at} 再处理。', done_transfer: '已转接给 {name}。', done_wrong: '已标记，进入待改进的回答。', done_teach: '草稿已保存。', done_block: '已屏蔽{name}。', done_unblock: '已取消屏蔽{name}。',
  nothing_to_teach: '请先回答，然后才能存为知识。', undo: '撤销', new_message: '{name}发来消息', no_wrong: '机器人没有在这里回答过。', unreachable: '列表加载失败，请稍后再试。', fresh: '{n} 条新消息',
}
