// What a scan bar kept of the last words is selected: the next scan takes their place and is not written behind them.
const bar = document.querySelector(".scan input[autofocus]");
if (bar?.value) {
  bar.focus();
  bar.select();
}
