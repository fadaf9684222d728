// Compiles the contracts beside this file and writes their interfaces and code as one JSON file:
//   npm ci && node compile.cjs build/contracts.json
// NODE_MODULES names another folder with solc in it.
const fs = require('fs');
const path = require('path');
const solc = require(process.env.NODE_MODULES ? path.join(process.env.NODE_MODULES, 'solc') : 'solc');

const target = process.argv[2];
if (!target) {
  console.error('usage: node compile.cjs FILE');
  process.exit(2);
}
const files = ['GameToken.sol', 'CoinShop.sol'];
const sources = Object.fromEntries(
  files.map((name) => [name, { content: fs.readFileSync(path.join(__dirname, name), 'utf8') }]));
const settings = {
  evmVersion: 'paris', // Runs on every chain of today.
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
};
const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
for (const found of output.errors ?? []) console.error(found.formattedMessage);
if ((output.errors ?? []).some((found) => found.severity === 'error')) process.exit(1);

const contracts = {};
for (const file of files)
  for (const [name, made] of Object.entries(output.contracts[file]))
    if (made.evm.bytecode.object) contracts[name] = { abi: made.abi, bytecode: '0x' + made.evm.bytecode.object };
fs.mkdirSync(path.dirname(path.resolve(target)), { recursive: true });
fs.writeFileSync(target, JSON.stringify(contracts, null, 1) + '\n');
