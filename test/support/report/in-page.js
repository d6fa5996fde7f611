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
