// Functions that run in a page.

/** Pairs of texts that overlap; what is cut where its box ends counts as far as it is seen. */
export function overlaps() {
    const visible = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.data.trim() || element.closest('style,script,title') || !element.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const rect of range.getClientRects()) {
            let { left, right, top, bottom } = rect;
            for (let box = element; box && box !== document.body; box = box.parentElement) {
                if (getComputedStyle(box).overflowX === 'visible') continue;
                const clip = box.getBoundingClientRect();
                [left, right] = [Math.max(left, clip.left), Math.min(right, clip.right)];
                [top, bottom] = [Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
            }
            const slack = (bottom - top) * 0.2; // lines are higher than their letters
            if (right - left > 1 && bottom - top > 1) visible.push({ left, right, top: top + slack, bottom: bottom - slack, node, text: node.data.trim() });
        }
    }
    visible.sort((one, other) => one.top - other.top);
    const found = [];
    for (let at = 0; at < visible.length; at++) {
        for (let next = at + 1; next < visible.length && visible[next].top < visible[at].bottom - 1; next++) {
            const [one, other] = [visible[at], visible[next]];
            if (one.node !== other.node && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1) found.push(`${one.text} | ${other.text}`);
        }
    }
    return { texts: visible.length, found, wide: document.documentElement.scrollWidth - innerWidth };
}

/** What a river says: its headline, lanes with the colour of each, and the path as points. */
export function river() {
    const text = selector => [...document.querySelectorAll(selector)].map(element => element.textContent);
    const path = document.querySelector('path.c').getAttribute('d');
    const xs = [];
    for (const [, command, values] of path.matchAll(/([MLH])([\d. ]+)/g)) xs.push({ command, x: Number(values.split(' ')[0]) });
    return {
        headline: text('h1')[0],
        lanes: text('.l .n b'),
        cuts: text('.x'),
        cards: text('.card'),
        marks: document.querySelectorAll('.m').length,
        scripts: document.scripts.length,
        images: document.images.length,
        handlers: [...document.querySelectorAll('*')].filter(element => [...element.attributes].some(({ name }) => name.startsWith('on'))).length,
        xs,
        names: [...document.querySelectorAll('[role=img],[role=list]')].map(element => element.getAttribute('aria-label') ?? ''),
        folds: document.querySelectorAll('svg.h').length,
    };
}

/** What has the focus, whether that is seen, and what it says. */
export function focused() {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const tip = element.querySelector('.tip');
    return {
        is: element.className || element.tagName,
        outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        tip: tip && tip.checkVisibility() ? tip.textContent : '',
    };
}

/** How much two pictures differ, seen from afar: the mean, and the largest difference, of 0 to 255. */
export async function difference(one, other, cell) {
    const seen = async data => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        return image;
    };
    const images = [await seen(one), await seen(other)];
    const [columns, rows] = ['width', 'height'].map(side => Math.ceil(Math.max(...images.map(image => image[side])) / cell));
    const pixels = images.map(image => {
        const canvas = new OffscreenCanvas(columns, rows);
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.fillRect(0, 0, columns, rows);
        context.drawImage(image, 0, 0, image.width / cell, image.height / cell);
        return context.getImageData(0, 0, columns, rows).data;
    });
    let [sum, most] = [0, 0];
    pixels[0].forEach((value, at) => {
        const difference = Math.abs(value - pixels[1][at]);
        sum += difference;
        most = Math.max(most, difference);
    });
    return { mean: sum / pixels[0].length, most, heights: images.map(image => image.height) };
}
