// Remembers the calls of the queue in their order, for "next" and "previous" on a call's page; j and k walk the rows.
const links = [...document.querySelectorAll("#queue a.call")];
const MADE_READY = 5;
if (links.length) sessionStorage.setItem("queue", JSON.stringify(links.map((link) => link.getAttribute("href"))));
// The recordings of the first calls are made ready before they are opened.
links.slice(0, MADE_READY).forEach((link) => fetch(`${link.getAttribute("href").replace("/call/", "/peaks/")}?ahead=true`));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step || !links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
});
