// What the tests of the chain need of JavaScript: signatures and encodings by a library that is not
// ours. One question per line of standard input, one answer per line, both JSON.
const { execFileSync } = require('child_process');
const { ethers } = require('ethers');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');

const build = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'fief_contracts_')), 'contracts.json');
execFileSync(process.execPath, [path.join(__dirname, '../../../deploy/contracts/compile.cjs'), build],
  { env: { ...process.env, NODE_MODULES: path.join(__dirname, 'node_modules') }, stdio: ['ignore', 'inherit', 'inherit'] });
const contracts = JSON.parse(fs.readFileSync(build, 'utf8'));
fs.rmSync(path.dirname(build), { recursive: true });

const actions = {
  sign: ({ key, message }) => new ethers.Wallet(key).signMessageSync(message),
  address: ({ key }) => new ethers.Wallet(key).address,
  create: ({ contract, args }) => contracts[contract].bytecode
    + ethers.AbiCoder.defaultAbiCoder().encode(
      contracts[contract].abi.find((each) => each.type === 'constructor').inputs, args).slice(2),
  call: ({ contract, name, args }) => new ethers.Interface(contracts[contract].abi).encodeFunctionData(name, args),
};

console.log(JSON.stringify('ready'));
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const question = JSON.parse(line);
  console.log(JSON.stringify(actions[question.do](question)));
});
