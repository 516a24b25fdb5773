// The transcript follows the player, and a click on a word takes the player there.
export function followTranscript(player) {
  const pane = document.getElementById("transcript");
  const words = [...pane.querySelectorAll(".w")].map((element) => ({ element, start: Number(element.dataset.s), end: Number(element.dataset.e) }));
  const turns = [...pane.querySelectorAll(".turn")].map((element) => ({ element, start: Number(element.dataset.s), end: Number(element.dataset.e) }));
  words.sort((one, other) => one.start - other.start);
  let word = null;
  let turn = null;
  let scrolledByHand = 0;

  const latest = (list, at) => {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle].start <= at + 0.02) low = middle + 1;
      else high = middle;
    }
    return list[low - 1] ?? null;
  };
  for (const kind of ["wheel", "touchmove", "keydown"]) pane.addEventListener(kind, () => { scrolledByHand = Date.now(); }, { passive: true });

  player.onTime((at) => {
    const nextWord = latest(words, at);
    if (nextWord !== word) {
      word?.element.classList.remove("current");
      nextWord?.element.classList.add("current");
      word = nextWord;
    }
    const nextTurn = latest(turns, at);
    if (nextTurn === turn) return;
    turn?.element.classList.remove("now");
    nextTurn?.element.classList.add("now");
    turn = nextTurn;
    if (!turn || Date.now() - scrolledByHand < 4000) return;
    const box = turn.element.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) pane.scrollTop += box.top - frame.top - frame.height / 3;
  });

  pane.addEventListener("click", (event) => {
    const clicked = event.target.closest(".w");
    if (clicked && window.getSelection().isCollapsed) player.seek(Number(clicked.dataset.s));
  });

  return {
    // The words that are selected, of the first turn that the selection touches; without a selection the whole turn at which
    // the focus or the player is, so that words can be marked by keyboard alone; null where there is none.
    selected() {
      const selection = window.getSelection();
      const range = selection.isCollapsed || !selection.rangeCount ? null : selection.getRangeAt(0);
      const inside = range ? [...pane.querySelectorAll(".w")].filter((element) => range.intersectsNode(element)) : [];
      const home = inside[0]?.closest(".turn") ?? document.activeElement.closest(".turn") ?? turn?.element;
      const own = inside.length ? inside.filter((element) => element.closest(".turn") === home) : [...(home?.querySelectorAll(".w") ?? [])];
      if (!own.length) return null;
      return { turn: Number(home.dataset.turn), start_s: Number(own[0].dataset.s), end_s: Number(own.at(-1).dataset.e), text: own.map((element) => element.textContent).join(" ") };
    },
  };
}
