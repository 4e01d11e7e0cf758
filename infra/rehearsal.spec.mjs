// The deployed site, through its gateway: claimed, written, followed up by its worker, found. `cargo xtask rehearse`
// deploys it to an emulator and says where it is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';

const { AWS_ENDPOINT_URL: endpoint, REHEARSAL_STAGE: stage, REHEARSAL_SITE: site, REHEARSAL_SECRET: secret } = process.env;
const [program, ...parameters] = JSON.parse(process.env.REHEARSAL_OSLS);
const osls = (...words) =>
    execFileSync(program, [...words, ...parameters], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const api = /https:\/\/([a-z0-9]+)\.execute-api\./.exec(osls('info'))[1];

/** Asks the gateway as CloudFront would. */
function ask(path, { form, headers = {} } = {}) {
    const from = { 'x-origin-secret': secret, 'x-forwarded-for': '192.0.2.7', origin: site, ...headers };
    const body = form && new URLSearchParams(form);
    const url = `${endpoint}/restapis/${api}/${stage}/_user_request_${path}`;
    return fetch(url, { method: form ? 'POST' : 'GET', headers: from, body, redirect: 'manual' });
}

/** Asks until the answer is as wished: the worker hears of what was written from a stream. */
async function until(path, wished) {
    for (let tries = 0; tries < 100; tries += 1) {
        const answer = await ask(path);
        const text = await answer.text();
        if (wished(answer, text)) return text;
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.fail(`${path} does not become what it should`);
}

const password = 'a long walk by the grey sea, é';
let cookie;

test('nobody goes round CloudFront', async () => {
    assert.equal((await ask('/healthz')).status, 200);
    assert.equal((await ask('/healthz', { headers: { 'x-origin-secret': 'a guess' } })).status, 403);
});

test('the owner claims the site with a link that the worker makes', async () => {
    const { link } = JSON.parse(osls('invoke', '--function', 'worker', '--data', '{"ask":"owner-link"}'));
    const owner = { name: 'Ada', email: 'ada@example.org', password };
    const claimed = await ask(link.slice(site.length), { form: owner });
    assert.equal(claimed.status, 303);
    cookie = claimed.headers.get('set-cookie').split(';')[0];
    assert.equal((await ask('/desk', { headers: { cookie } })).status, 200);
    assert.equal((await ask(link.slice(site.length), { form: owner })).status >= 400, true, 'a link works once');
});

test('what is published is read and found once the worker has heard of it', async () => {
    const note = { title: 'Tides', body: 'The moon pulls at the *estuary*.', visibility: 'public', action: 'publish' };
    assert.equal((await ask('/desk/notes/new', { form: note, headers: { cookie } })).status, 303);
    const page = await until('/notes/tides', (answer, text) => answer.status === 200 && text.includes('<em>estuary</em>'));
    assert.match(page, /<html/);
    await until('/search?q=estuary', (answer, text) => text.includes('/notes/tides'));
    await until('/', (answer, text) => text.includes('Tides'));
});

test('only the right password signs in', async () => {
    const signIn = (password) => ask('/sign-in', { form: { email: 'ADA@example.org', password } });
    assert.equal((await signIn('not the password')).status, 422);
    assert.equal((await signIn(password)).status, 303);
});
