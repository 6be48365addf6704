// Opens a heap snapshot in memlab, and in DevTools itself in headless Chromium, and asks both what keeps a store alive.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';

import { browse } from './chromium.mjs';

const require = createRequire(`${process.env.TOOLS}/memlab/package.json`);
const file = process.argv[2];
const STORE = /^tenant: alloc::string::String = \w+$/;
const FRAME = 'Frame with tenant, set at examples/checkout/src/http.rs:';
const TASK = /^(checkout|fetch_price|DBQuery) examples\/checkout\/src\/shop\.rs:\d+$/;
const SIZE = 24; // a `String`, without what it points to

async function memlab() {
    require('@memlab/core').config.muteConsole = true; // its progress
    const heap = await require('@memlab/heap-analysis').getFullHeapFromFile(file);
    const stores = [];
    heap.nodes.forEach((node) => { if (STORE.test(node.name)) stores.push(node); });
    assert.ok(stores.length > 0);
    for (const store of stores) {
        assert.deepEqual([store.self_size, store.retainedSize], [SIZE, SIZE]);
        const path = [];
        for (let at = store; at.pathEdge; at = at.pathEdge.fromNode) path.push([at.pathEdge.name_or_index, at.pathEdge.fromNode.name]);
        const [[name, frame], ...above] = path;
        assert.equal(name, 'tenant');
        assert.ok(frame.startsWith(FRAME), frame);
        assert.equal(store.dominatorNode.name, frame, 'it is freed with its frame');
        const task = above.findIndex(([name]) => name === 'context');
        assert.match(above[task][1], TASK);
        assert.match(above[task + 1][0], /^#\d+$/);
        assert.deepEqual(above.slice(task + 1).map(([, name]) => name), ['async program', '(GC roots)']);
    }
    let frames = 0;
    heap.nodes.forEach((node) => {
        if (!node.name.startsWith('Frame with token')) return;
        frames += 1;
        // three frames and three stores: request, tenant and token
        assert.equal(node.retainedSize, 3 * 8 + 8 + 2 * SIZE);
    });
    assert.ok(frames > 0);
    return stores.length;
}

/** In a page of DevTools: loads the file as its memory panel does, and asks what that asks. */
async function inDevTools(snapshot) {
    const { HeapSnapshotView } = await import('devtools://devtools/bundled/panels/profiler/profiler.js');
    const panel = new HeapSnapshotView.HeapSnapshotProfileType();
    const error = await panel.loadFromFile(new File([snapshot], 'shop.heapsnapshot'));
    if (error) throw error;
    const heap = await panel.getProfiles()[0].loadPromise;
    const classes = Object.values(await heap.aggregatesWithFilter({}));
    const retainers = async (index) => {
        const provider = heap.createRetainingEdgesProvider(index);
        return (await provider.serializeItemsRange(0, 100)).items;
    };
    const paths = [];
    for (const { name, idxs, self } of classes.filter(({ name }) => name.startsWith('tenant: '))) {
        const path = [];
        for (let index = idxs[0]; ;) {
            const [edge] = await retainers(index);
            if (!edge || path.length > 20) break;
            path.push([edge.name, edge.node.name]);
            index = edge.node.nodeIndex ?? edge.nodeIndex;
        }
        paths.push({ name, count: idxs.length, self, path });
    }
    return { total: heap.totalSize, nodes: heap.nodeCount, names: classes.map(({ name, count }) => [name, count]), paths };
}

const devTools = () => browse('devtools://devtools/bundled/devtools_app.html', async (page) => {
    // its window is there once its texts are
    await page.waitForFunction(() => document.querySelector('.root-view, .main-tabbed-pane') !== null, { timeout: 30_000 });
    return page.evaluate(inDevTools, fs.readFileSync(file, 'utf8'));
});

const found = await memlab();
const seen = await devTools();
assert.equal(seen.nodes, JSON.parse(fs.readFileSync(file)).snapshot.node_count);
assert.equal(seen.paths.reduce((sum, { count }) => sum + count, 0), found, 'both find the same stores');
for (const { name, count, self, path } of seen.paths) {
    assert.match(name, STORE);
    assert.equal(self, count * SIZE);
    assert.ok(path[0][1].startsWith(FRAME), path[0][1]);
    assert.ok(path.some(([edge, node]) => edge === 'context' && TASK.test(node)), JSON.stringify(path));
}
assert.ok(seen.names.some(([name]) => name.endsWith(' = ●●●')), 'what is not shown is there, and not shown');
console.log(`heap: ${seen.nodes} nodes, ${seen.total} bytes; ${found} stores of tenant`);
