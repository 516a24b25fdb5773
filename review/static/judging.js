// Agreeing and disagreeing with evidence and criteria, and adding evidence that the machine missed.
export function makeJudging(data, transcript) {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const said = document.getElementById("said");
  const evidence = [...document.querySelectorAll(".evidence[data-key]")].sort((one, other) => one.dataset.s - other.dataset.s);
  const missing = document.getElementById("missing");
  let atHand = null;

  const say = (text) => {
    said.hidden = false;
    said.textContent = text;
  };
  const send = async (body) => {
    const response = await fetch(`/judge/${data.call}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": csrf },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) say(answer.message);
    return response.ok ? answer : null;
  };
  const ask = (id) => new Promise((resolve) => {
    const dialog = document.getElementById(id);
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });

  const judge = async (box, verdict) => {
    const pressed = box.querySelector(`[data-verdict=${verdict}]`).getAttribute("aria-pressed") === "true";
    const body = { subject: box.dataset.subject, target: box.dataset.target, verdict: pressed ? "withdrawn" : verdict };
    if (body.verdict === "disagree") body.reason = body.subject === "criterion" ? await ask("reason-dialog") : "wrong_evidence";
    if (body.reason === "") return;
    if (!(await send(body))) return;
    if (body.reason === "missing_evidence") say("Now select the words in the transcript and press m or “Mark missing”.");
    for (const button of box.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.verdict === body.verdict));
  };

  document.addEventListener("click", async (event) => {
    const verdict = event.target.closest(".judge [data-verdict]");
    if (verdict) judge(verdict.closest(".judge"), verdict.dataset.verdict);
    const withdraw = event.target.closest(".withdraw");
    if (withdraw) {
      const line = withdraw.closest("li");
      if (await send({ subject: "missing", target: line.dataset.key, verdict: "withdrawn" })) line.remove();
    }
  });

  const mark = document.getElementById("mark-missing");
  mark?.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  mark?.addEventListener("click", () => judging.markMissing());

  const judging = {
    takeInHand(key) {
      document.querySelectorAll(".at-hand").forEach((element) => element.classList.remove("at-hand"));
      atHand = evidence.find((element) => element.dataset.key === key) ?? null;
      if (!atHand) return;
      atHand.classList.add("at-hand");
      document.querySelector(`.mark[data-key="${CSS.escape(key)}"]`)?.classList.add("at-hand");
      atHand.scrollIntoView({ block: "nearest" });
    },
    step(by, player) {
      if (!evidence.length) return;
      const at = evidence.indexOf(atHand);
      const next = evidence[at < 0 && by < 0 ? evidence.length - 1 : Math.min(evidence.length - 1, Math.max(0, at + by))];
      judging.takeInHand(next.dataset.key);
      player.seek(Number(next.dataset.s));
    },
    judgeAtHand(verdict) {
      const box = atHand?.querySelector(".judge");
      if (box) judge(box, verdict);
      else say("Press n to go to a piece of evidence first.");
    },
    async markMissing() {
      if (!missing) return;
      const words = transcript.selected();
      if (!words) {
        say("Select the words in the transcript first, then press m or “Mark missing”.");
        return;
      }
      document.getElementById("missing-quote").textContent = words.text;
      if ((await ask("missing-dialog")) !== "add") return;
      const behaviour = document.getElementById("missing-behaviour").value;
      const added = await send({ subject: "missing", behaviour, turn: words.turn, start_s: words.start_s, end_s: words.end_s });
      if (added) missing.append(line(added));
    },
  };

  // Built from text nodes: words of a call are never read as HTML.
  const line = (added) => {
    const item = document.createElement("li");
    item.dataset.key = added.target;
    const parts = [["button", `▶ ${added.at}`, "seek-to"], ["b", added.name, ""], ["q", added.quote, ""], ["button", "×", "quiet withdraw"]];
    for (const [tag, text, style] of parts) {
      const part = document.createElement(tag);
      part.textContent = text;
      part.className = style;
      item.append(part, " ");
    }
    item.querySelector(".seek-to").dataset.seek = added.start_s;
    item.querySelector(".withdraw").setAttribute("aria-label", `Remove ${added.name}`);
    return item;
  };
  return judging;
}
