// An agent appeals a criterion: the dialog is filled with what was pressed.
export function makeAppeals() {
  const dialog = document.getElementById("appeal-dialog");
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".appeal");
    if (!button) return;
    document.getElementById("appeal-skill").value = button.dataset.skill;
    document.getElementById("appeal-criterion").value = button.dataset.criterion;
    document.getElementById("appeal-name").textContent = button.dataset.name;
    dialog.showModal();
  });
}
