/** Words that scripts say themselves, Chinese and English; everything else comes from the server's templates. */

const CHINESE = !document.documentElement.lang.startsWith("en");

const WORDS = {
  seconds: ["{n} 秒", "{n} s"],
  minutes: ["{n} 分", "{n} min"],
  hours: ["{n} 小时", "{n} h"],
  days: ["{n} 天", "{n} d"],
  ago: ["{t}前", "{t} ago"],
  ahead: ["{t}后", "in {t}"],
  justNow: ["刚刚", "just now"],
  left: ["剩 {t}", "{t} left"],
  over: ["超 {t}", "{t} over"],
  paused: ["已暂停 · {t}", "paused · {t}"],
  keys: ["键盘快捷键", "Keyboard shortcuts"],
  showKeys: ["显示快捷键", "Show the keys"],
  close: ["关闭", "Close"],
  dismiss: ["知道了", "Dismiss"],
  nextRow: ["下一行", "Next row"],
  previousRow: ["上一行", "Previous row"],
  openRow: ["打开所在行", "Open the row"],
  pickRow: ["选中所在行", "Select the row"],
  selected: ["已选 {n} 行", "{n} rows selected"],
  serverError: ["服务器出错（{code}），操作未完成，请重试。", "The server failed ({code}). Nothing was changed; try again."],
  noRight: ["没有权限，或登录已过期。请重新登录后再试。", "No right, or your session has ended. Sign in again and retry."],
  gone: ["该内容已不存在，请刷新页面。", "This no longer exists. Reload the page."],
  tooMany: ["操作过于频繁，请稍候再试。", "Too many requests. Wait a moment and try again."],
  timeout: ["服务器未在限定时间内答复，请重试。", "The server did not answer in time. Try again."],
  offline: ["网络已断开，页面内容可能不是最新。", "No connection: what you see may be out of date."],
  online: ["网络已恢复。", "Connected again."],
  loaded: ["内容已更新", "Updated"],
  passkeyFailed: ["通行密钥未完成：{why}", "The passkey was not completed: {why}"],
  passkeyUnsupported: ["此浏览器或此地址不支持通行密钥（须为 https 域名或 localhost）。", "Passkeys need https with a host name (or localhost) and a browser that supports them."],
  passkeyCancelled: ["已取消或超时，请重试。", "cancelled or timed out; try again."],
  mapFailed: ["地图无法显示：此浏览器不支持 WebGL。右侧列表可照常使用。", "The map cannot be drawn: this browser has no WebGL. The list beside it works as usual."],
  mapDataFailed: ["地图数据读取失败（{code}）。", "The map's data could not be read ({code})."],
  sitesShown: ["共 {n} 处", "{n} sites"],
  sitesOf: ["显示前 {n} 处，共 {total} 处", "first {n} of {total} sites"],
  noSites: ["没有符合条件的场所", "No site matches"],
  mapLabel: ["场所地图。旁边的列表内容相同，可用键盘操作。", "Map of sites. The list beside it has the same content and works by keyboard."],
  sitesInCluster: ["{n} 处场所", "{n} sites"],
  any: ["不限", "any"],
  chosen: ["已选 {n} 项", "{n} chosen"],
  copied: ["已复制", "Copied"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

/** The word in the page's language, with `{name}` replaced from `values`. */
export function word(name: Word, values: Record<string, string | number> = {}): string {
  return WORDS[name][CHINESE ? 0 : 1].replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ""));
}

export const language = CHINESE ? "zh-CN" : "en";
