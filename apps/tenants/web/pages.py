"""Pages that need no tenant, template or database, because there is none to ask."""

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{margin:20vh auto;max-width:32rem;padding:0 24px;
  font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif}}
h1,h2{{font-size:20px;margin:0 0 8px}}p{{margin:0 0 32px;opacity:.75}}
.who{{font-weight:600}}a{{display:inline-block;padding-block:4px;color:inherit}}
</style>
<main><h1>{english}</h1>
<p>{then}</p>
<div lang="zh-Hans"><h2>{chinese}</h2>
<p>{then_chinese}</p></div></main>
</html>
"""

NOT_FOUND = _PAGE.format(
    title="No site here · 这里没有站点",
    english="There is no site at this address.",
    then="Check the address, or ask whoever gave it to you.",
    chinese="这个地址下没有站点。",
    then_chinese="请核对地址，或询问向您提供地址的人。",
).encode()

NO_ADDRESS = _PAGE.format(
    title="Not an address · 地址有误",
    english="This address contains a character that no address has.",
    then="Go back and follow the link again.",
    chinese="这个地址中含有无效字符。",
    then_chinese="请返回上一页，再次点击链接。",
).encode()

TOO_LONG = _PAGE.format(
    title="Too much at once · 请求耗时过长",
    english="This took too long and was stopped.",
    then="Ask for less at a time, such as a shorter search or a narrower filter; nothing was changed.",
    chinese="处理时间过长，已停止。",
    then_chinese="请缩小范围，例如缩短搜索词或收窄筛选条件。没有任何内容被更改。",
).encode()

UNAVAILABLE = _PAGE.format(
    title="Back in a moment · 请稍候",
    english="We can't answer right now.",
    then="It is being looked after. Try again in a minute; nothing you sent before is lost.",
    chinese="暂时无法访问。",
    then_chinese="我们正在处理，请一分钟后再试。此前提交的内容不会丢失。",
).encode()

BUSY = _PAGE.format(
    title="One moment · 请稍候",
    english="Too many others are ahead of you.",
    then="Go back and try again in a moment; nothing was done yet.",
    chinese="目前请求较多。",
    then_chinese="请返回上一页，稍后再试；尚未执行任何操作。",
).encode()

LOCKED = _PAGE.format(
    title="Locked · 已锁定",
    english="What you asked for is encrypted, and its key is missing.",
    then="Nothing is lost: whoever runs this installation can bring the key back.",
    chinese="您访问的内容已加密，但缺少解密密钥。",
    then_chinese="数据没有丢失，请联系平台管理员恢复密钥。",
).encode()
