wrk.path = "/rows?page=3&order=title"
for name, value in pairs({
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  ["Accept-Language"] = "en-GB,en;q=0.8",
  ["Accept-Encoding"] = "gzip, deflate, br",
  ["Referer"] = "http://localhost/rows?page=2",
  ["Cookie"] = "session=5f0c8e7a91; theme=dark",
  ["Cache-Control"] = "no-cache",
  ["X-Request-Id"] = "b7a1",
  ["X-Forwarded-For"] = "192.0.2.7",
  ["Sec-Fetch-Site"] = "same-origin",
}) do wrk.headers[name] = value end
