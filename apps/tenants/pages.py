"""The page of a host that nobody owns. It needs no tenant, template or database, because there is none to ask."""

NOT_FOUND = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No site here · 这里没有站点</title>
<style>
:root{color-scheme:light dark}
body{margin:20vh auto;max-width:32rem;padding:0 24px;
  font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif}
h1{font-size:20px;margin:0 0 8px}p{margin:0 0 8px;opacity:.75}
</style>
<h1>There is no site at this address.</h1>
<p>Check the address, or ask whoever gave it to you.</p>
<h1 lang="zh-Hans" style="margin-top:32px">这个地址下没有站点。</h1>
<p lang="zh-Hans">请核对地址，或询问向您提供地址的人。</p>
</html>
""".encode()
