// The script of the page: what is typed into the box hides the findings that do not hold it, and paper shows what is folded. The document
// holds the very text, which its content security policy names by its hash.

export const filterScript = `
(() => {
  const box = document.getElementById('filter');
  const shown = document.getElementById('shown');
  const boxes = [...document.querySelectorAll('.toggle')];
  const namespaces = [...document.querySelectorAll('.namespace')];
  let findings;
  const read = () => [...document.querySelectorAll('.finding')].map((row) => {
    const workload = row.closest('.workload');
    const namespace = row.closest('.namespace');
    const names = namespace.querySelector('h3').textContent + ' ' + workload.querySelector('h4').textContent;
    return { row, workload, namespace, text: (names + ' ' + row.textContent).toLowerCase() };
  });
  let openBefore;
  const open = (isFiltered, kept) => {
    if (isFiltered) {
      openBefore ??= new Set(namespaces.filter((one) => one.open));
      for (const one of namespaces) one.open = kept.has(one);
    } else if (openBefore !== undefined) {
      for (const one of namespaces) one.open = openBefore.has(one);
      openBefore = undefined;
    }
  };
  const apply = () => {
    findings ??= read();
    const words = box.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const off = boxes.filter((one) => !one.checked).map((one) => one.id.slice(5));
    const kept = new Set();
    let amount = 0;
    for (const { row, workload, namespace, text } of findings) {
      const fits = words.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits && !off.some((one) => row.classList.contains(one))) {
        amount += 1;
        kept.add(workload).add(namespace);
      }
    }
    for (const { workload } of findings) workload.hidden = !kept.has(workload);
    for (const one of namespaces) one.hidden = !kept.has(one);
    open(words.length > 0, kept);
    shown.textContent = amount.toLocaleString('en-US') + ' shown';
  };
  box.parentElement.hidden = false;
  shown.hidden = false;
  box.addEventListener('input', apply);
  for (const one of boxes) one.addEventListener('change', apply);
  if (box.value !== '' || boxes.some((one) => !one.checked)) apply();
  let printed = [];
  addEventListener('beforeprint', () => {
    printed = namespaces.filter((one) => !one.open);
    for (const one of printed) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of printed) one.open = false;
  });
})();
`;
