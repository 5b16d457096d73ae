// 中文，被规则遮盖的内容。

/** @type {Record<string, string>} */
export default {
  masked: '已被{names}遮盖',
  opened: '这是{names}遮盖前的原文',
  only: '“{rule}”',
  of: '“{rule}”（{what}）',
  and: '、',
  show: '查看原文',
  hide: '收起原文',
  logged: '查看会留下记录。',
  anyway: '仍然发送',
  change: '修改',
  confided: '流程（敏感信息）',
  mail: '邮箱',
  iban: '银行账户',
  identity_card: '身份证号',
  passport: '护照号',
  card: '银行卡号',
  social_security: '社会安全号',
  mobile: '手机号',
  landline: '座机号',
  net_address: 'IP 地址',
  plate: '车牌号',
  national_insurance: '国民保险号',
  phone: '电话号码',
}
