// Checks what we sign with other people's code alone: jose for the signatures, DigitalBazaar for the status list.
// Reads {keys, tokens: {name: jwt}, lists: {address: jwt}, now, dates: {name: when it is asked}} from standard input and
// writes what became of each token.
import { readFileSync } from "node:fs";
import { createLocalJWKSet, jwtVerify } from "jose";
import { checkStatus, getCredentialStatus } from "@digitalbazaar/vc-bitstring-status-list";

const { keys, tokens, lists, now, dates } = JSON.parse(readFileSync(0, "utf8"));
const known = createLocalJWKSet(keys);
const options = (name) => ({ algorithms: ["ES256"], currentDate: new Date(dates[name] ?? now) });

// A status list is a credential itself: proved first, then handed to the library as the document at its address.
async function documentLoader(address) {
  const { payload } = await jwtVerify(lists[address], known, options());
  return { document: payload, documentUrl: address };
}

const found = {};
for (const [name, token] of Object.entries(tokens)) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, known, options(name));
    const status = await checkStatus({
      credential: payload, documentLoader, verifyBitstringStatusListCredential: false, verifyMatchingIssuers: false,
    });
    if (status.error) throw status.error;
    const entry = getCredentialStatus({ credential: payload, statusPurpose: "revocation" });
    found[name] = {
      header: protectedHeader, payload, revoked: status.results.some((one) => one.status), purpose: entry.statusPurpose,
    };
  } catch (error) {
    found[name] = { error: error.code ?? error.name, said: error.message };
  }
}
process.stdout.write(JSON.stringify(found));
