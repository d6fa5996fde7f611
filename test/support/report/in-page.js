// Runs in the browser's page, put there before the document: what a test asks about what is shown. Plain JavaScript, because
// the names of the browser's world are not those of the rest of the project.

globalThis.inPage = {
  width: () => document.documentElement.scrollWidth,

  /** How many colours a picture has, and the share of its pixels that are bright, dark, or neither. */
  async pixels(source) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    // Enough of them to judge by; not a divisor of usual widths.
    const every = 7;
    const colours = new Set();
    let bright = 0;
    let dark = 0;
    for (let at = 0; at < data.length; at += 4 * every) {
      const sum = data[at] + data[at + 1] + data[at + 2];
      colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      if (sum > 700) bright += 1;
      if (sum < 110) dark += 1;
    }
    const pixels = data.length / 4 / every;
    return { colours: colours.size, bright: bright / pixels, dark: dark / pixels };
  },

  /** Pairs of texts in one chart that cover one another, and texts that leave their chart; of charts that are shown. */
  crowdedTexts() {
    const found = [];
    for (const svg of document.querySelectorAll('svg')) {
      const frame = svg.getBoundingClientRect();
      if (frame.width === 0) continue;
      const texts = [...svg.querySelectorAll('text')].map((text) => {
        return { words: text.textContent, box: text.getBoundingClientRect() };
      });
      for (const [at, { words, box }] of texts.entries()) {
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1)
          found.push(`${words} leaves the chart`);
        for (const other of texts.slice(at + 1)) {
          const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          // The boxes of letters are taller than the letters.
          if (across > 1 && down > 4) found.push(`${words} / ${other.words}`);
        }
      }
    }
    return found;
  },

  /** Links within the page that lead nowhere, and ids that are there twice. */
  wrongIds() {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1));
    return [...links.filter((link) => !ids.includes(link)), ...ids.filter((id, at) => ids.indexOf(id) !== at)];
  },

  /** Texts that stand out from what is behind them by less than 4.5 to 1, which WCAG asks for. */
  faintTexts() {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.textContent.trim() === '' || !element.checkVisibility()) continue;
      const ratio = contrast(rgba(getComputedStyle(element).color), backgroundOf(element));
      if (ratio < 4.5) found.add(`${element.className || element.localName}: ${ratio.toFixed(2)}`);
    }
    return [...found];
  },

  /** Every element within the body as the browser nests them, `p 2`; not what is in charts. */
  nesting() {
    const depth = (element) => (element === document.body ? 0 : 1 + depth(element.parentElement));
    return [...document.body.querySelectorAll('*')].map((one) => `${one.localName} ${depth(one)}`);
  },

  /** Of each suite of a JUnit document: what its attributes say, and what is in it. */
  suites(text) {
    const count = (suite, name) => suite.querySelectorAll(name).length;
    const parsed = new DOMParser().parseFromString(text, 'application/xml');
    return [...parsed.querySelectorAll('testsuites > testsuite')].map((suite) => ({
      name: suite.getAttribute('name'),
      said: ['tests', 'failures', 'errors', 'skipped'].map((one) => Number(suite.getAttribute(one))),
      held: ['testcase', 'failure', 'error', 'skipped'].map((one) => count(suite, `:scope ${one}`)),
      unnamed: count(suite, 'testcase:not([name][classname])'),
    }));
  },

  /** Why texts are no XML. */
  xmlErrors(texts) {
    return texts.flatMap((text) => {
      const parsed = new DOMParser().parseFromString(text, 'application/xml');
      return [...parsed.querySelectorAll('parsererror')].map((error) => error.textContent);
    });
  },

  /** The colour near the corner of the first picture, `#rrggbb`. */
  async corner() {
    const image = document.querySelector('img');
    const context = document.createElement('canvas').getContext('2d');
    await image.decode();
    context.drawImage(image, 0, 0);
    const parts = [...context.getImageData(2, 2, 1, 1).data].slice(0, 3);
    return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  },
};

function rgba(colour) {
  const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return { r, g, b, a };
}

/** The nearest that is not transparent. */
function backgroundOf(element) {
  const own = rgba(getComputedStyle(element).backgroundColor);
  return own.a > 0.99 || element.parentElement === null ? own : backgroundOf(element.parentElement);
}

/** Of WCAG 2: 1 to 21. */
function contrast(one, other) {
  const [low, high] = [one, other].map(luminance).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance({ r, g, b }) {
  const [red, green, blue] = [r, g, b].map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
