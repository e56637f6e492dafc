// SPDX-License-Identifier: AGPL-3.0-or-later
// A real OpenID Connect provider in the profile of FranceConnect, for tests: `node provider.mjs PORT`.
//
// PKCE is required, userinfo is a signed JWT, signing out is initiated by the portal. Whoever signs in is one of PEOPLE,
// chosen by a form; POST /control changes them, and can make the next answers wrong as an attacker would
// ({"wrong": "key"}), late ({"wait": 9000}) or failing ({"fail": 503}). Its keys are made at each start.

import { createHmac, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const CLIENT = { id: "portail-de-la-ville", secret: "secret-du-portail" };

const ANGELA = {
  given_name: "Angela Claire Louise", family_name: "DUBOIS", preferred_username: "", gender: "female",
  birthdate: "1962-08-24", birthplace: "75107", birthcountry: "99100", email: "angela.dubois@courriel.example",
};
const PEOPLE = {
  angela: ANGELA,
  pierre: { ...ANGELA, given_name: "Pierre", family_name: "LE GOFF", birthdate: "1980-02-29", email: "pierre@courriel.example" },
};
const people = new Map(Object.entries(PEOPLE));
const CLAIMS = ["given_name", "family_name", "preferred_username", "gender", "birthdate", "birthplace", "birthcountry", "email"];

const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const jwk = (key, kid) => ({ ...key.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" });
const keyName = randomBytes(6).toString("hex");
const ownKey = rsa();
const strangersKey = rsa();
const control = { wrong: "", wait: 0, fail: 0, discovery: {} };
let lastToken = null;

const provider = new Provider(issuer, {
  clients: [{
    client_id: CLIENT.id, client_secret: CLIENT.secret, token_endpoint_auth_method: "client_secret_post",
    redirect_uris: ["http://127.0.0.1/back"], post_logout_redirect_uris: ["http://127.0.0.1/"],
    response_types: ["code"], grant_types: ["authorization_code"],
    id_token_signed_response_alg: "RS256", userinfo_signed_response_alg: "RS256",
  }],
  jwks: { keys: [jwk(ownKey, keyName)] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  acrValues: ["eidas1", "eidas2", "eidas3"],
  claims: { acr: null, openid: ["sub"], ...Object.fromEntries(CLAIMS.map((name) => [name, [name]])) },
  scopes: ["openid", ...CLAIMS],
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource, postLogoutSuccessSource },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => {
    const [name] = id.split(".");
    return people.has(name) && { accountId: id, claims: () => ({ sub: id, ...people.get(name) }) };
  },
  renderError: (ctx, out) => { ctx.type = "text/plain"; ctx.body = `${out.error}: ${out.error_description ?? ""}`; },
});

// The portal of a test listens on a port that is chosen later: any port of this machine, but this path only.
provider.Client.prototype.redirectUriAllowed = (address) => /^http:\/\/127\.0\.0\.1(:\d+)?\/sign-in\/with\/\w+\/back$/.test(address);
provider.Client.prototype.postLogoutRedirectUriAllowed = (address) => /^http:\/\/127\.0\.0\.1(:\d+)?\/$/.test(address);

function page(ctx, html) {
  ctx.type = "text/html; charset=utf-8";
  ctx.body = `<!doctype html><html lang="fr"><title>Fournisseur d’essai</title><main><h1>Fournisseur d’essai</h1>${html}</main></html>`;
}

function logoutSource(ctx, form) {
  page(ctx, `${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Me déconnecter</button>`);
}

function postLogoutSuccessSource(ctx) {
  page(ctx, "<p>Vous êtes déconnecté.</p>");
}

provider.use(async (ctx, next) => {
  if (control.wait && ctx.path !== "/control") await new Promise((done) => setTimeout(done, control.wait));
  if (control.fail && ctx.path !== "/control") return ctx.throw(control.fail);
  if (ctx.path === "/control") return change(ctx);
  if (ctx.path.startsWith("/interaction/")) return interact(ctx);
  await next();
  if (ctx.path === "/.well-known/openid-configuration") ctx.body = { ...ctx.body, ...control.discovery };
  if (ctx.path === "/token" && ctx.body?.id_token) {
    const replayed = lastToken;
    lastToken = ctx.body.id_token;
    ctx.body = { ...ctx.body, id_token: spoilt(ctx.body.id_token, "id", replayed) };
  }
  if (ctx.path === "/me" && ctx.status === 200) ctx.body = spoilt(ctx.body, "userinfo");
});

async function body(ctx) {
  let text = "";
  for await (const part of ctx.req) text += part;
  return text;
}

async function change(ctx) {
  const { people: changed, ...rest } = JSON.parse(await body(ctx));
  people.clear();
  for (const [name, claims] of Object.entries(PEOPLE)) people.set(name, claims);
  for (const [name, claims] of Object.entries(changed ?? {})) people.set(name, { ...ANGELA, ...people.get(name), ...claims });
  Object.assign(control, { wrong: "", wait: 0, fail: 0, discovery: {} }, rest);
  ctx.body = {};
}

async function interact(ctx) {
  const details = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method === "GET") {
    const choices = [...people.keys()].map((name) => `<button name="who" value="${name}">${name}</button>`).join(" ");
    return page(ctx, `<form method="post">${choices} <button name="who" value="">Annuler</button></form>`);
  }
  const who = new URLSearchParams(await body(ctx)).get("who");
  let result = { error: "access_denied", error_description: "User aborted the authorization" };
  if (who) {
    // FranceConnect gives each service a subject of its own.
    const accountId = `${who}.${Buffer.from(who).toString("hex").padEnd(32, "0")}v1`;
    const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
    grant.addOIDCScope(details.params.scope);
    const asked = (details.params.acr_values ?? "").split(" ")[0];
    const acr = control.wrong === "acr" ? "eidas0" : control.wrong === "better acr" ? "eidas2" : asked;
    result = { login: { accountId, ...(acr && { acr }) }, consent: { grantId: await grant.save() } };
  }
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}

const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function sign(header, claims, key) {
  const text = `${encode({ alg: "RS256", kid: keyName, ...header })}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}

// What an attacker between the portal and a provider, or a provider of bad faith, would answer instead.
function spoilt(token, which, replayed) {
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  const now = Math.floor(Date.now() / 1000);
  const bent = {
    id: {
      issuer: { iss: "https://elsewhere.example" }, audience: { aud: "another-portal" },
      "several audiences": { aud: [CLIENT.id, "another-portal"] }, nonce: { nonce: "another" }, "no nonce": { nonce: undefined },
      expired: { exp: now - 3600, iat: now - 7200 }, future: { iat: now + 7200, exp: now + 9000 }, "no expiry": { exp: undefined },
      "no subject": { sub: undefined }, "old proof": { auth_time: now - 3600 }, "access token": { at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }, "no acr": { acr: undefined },
    },
    userinfo: { "other subject": { sub: "pierre.0v1" }, "userinfo audience": { aud: "another-portal" }, "userinfo issuer": { iss: "https://elsewhere.example" } },
  }[which][control.wrong];
  if (bent) return sign({}, { ...claims, ...bent }, ownKey);
  if (which === "userinfo") {
    if (control.wrong === "userinfo key") return sign({}, claims, strangersKey);
    if (control.wrong === "userinfo none") return `${encode({ alg: "none" })}.${encode(claims)}.`;
    if (control.wrong === "plain userinfo") return JSON.stringify(claims);
    return token;
  }
  if (control.wrong === "key") return sign({}, claims, strangersKey);
  if (control.wrong === "unknown key") return sign({ kid: "unknown" }, claims, strangersKey);
  if (control.wrong === "own key in header") {
    const { n, e, kty } = strangersKey.export({ format: "jwk" });
    return sign({ jwk: { n, e, kty } }, claims, strangersKey);
  }
  if (control.wrong === "none") return `${encode({ alg: "none" })}.${encode(claims)}.`;
  if (control.wrong === "hs256") {
    const text = `${encode({ alg: "HS256", kid: keyName })}.${encode(claims)}`;
    const { n, e, kty } = ownKey.export({ format: "jwk" });
    return `${text}.${createHmac("sha256", JSON.stringify({ kty, n, e })).update(text).digest("base64url")}`;
  }
  if (control.wrong === "hs256 secret") {
    const text = `${encode({ alg: "HS256" })}.${encode(claims)}`;
    return `${text}.${createHmac("sha256", CLIENT.secret).update(text).digest("base64url")}`;
  }
  if (control.wrong === "garbage") return "not.a.token";
  if (control.wrong === "replayed token") return replayed ?? token;
  return token;
}

createServer(provider.callback()).listen(port, "127.0.0.1");
