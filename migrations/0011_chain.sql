-- Coins bought on EVM chains. Hashes and addresses are `0x` and lower case hexadecimal, so that they
-- read like anywhere else; amounts of tokens are exact, in the token's smallest unit.

create table wallet (
  address   text not null,
  user_id   uuid not null,     -- one wallet is one user's
  linked_at bigint not null,   -- ms
  constraint wallet_pk primary key (address),
  constraint wallet_user_fk foreign key (user_id) references app_user (id),
  constraint wallet_address_form check (address ~ '^0x[0-9a-f]{40}$')
);

create index wallet_of_user on wallet (user_id);

-- Nonces that were given out and not used. Each proves a wallet once.
create table wallet_challenge (
  nonce      text not null,
  user_id    uuid not null,
  expires_at bigint not null,  -- ms
  constraint wallet_challenge_pk primary key (nonce),
  constraint wallet_challenge_user_fk foreign key (user_id) references app_user (id)
);

create index wallet_challenge_of_user on wallet_challenge (user_id, expires_at);

-- How far a chain was read.
create table chain (
  id           bigint not null,           -- of EIP-155
  number       bigint not null,           -- the last block read
  hash         text not null,
  final_number bigint not null,           -- up to here deposits are credited
  head         bigint not null,           -- the chain's last block, as a node said
  halted       text not null default '',  -- why it is not read any more
  rescan_from  bigint,                    -- an operator's wish
  updated_at   bigint not null,           -- ms
  constraint chain_pk primary key (id),
  constraint chain_in_order check (final_number <= number and final_number >= 0)
);

-- The last blocks read, to find where a chain reorganised.
create table chain_block (
  chain  bigint not null,
  number bigint not null,
  hash   text not null,
  constraint chain_block_pk primary key (chain, number),
  constraint chain_block_chain_fk foreign key (chain) references chain (id)
);

create table deposit (
  id           bigint generated always as identity,
  chain        bigint not null,
  tx           text not null,
  log_index    bigint not null,
  kind         text not null,              -- transfer, or purchase in the shop
  block_number bigint not null,
  block_hash   text not null,
  sender       text not null,
  ref          uuid,                       -- whom a purchase is for
  user_id      uuid,                       -- whose it is; null: of a wallet that nobody has linked
  amount       numeric(78) not null,
  cents        bigint not null,            -- of coins
  dust         numeric(78) not null,       -- of amount: too little for a cent
  refused      boolean not null,           -- too large: never credited
  seen_at      bigint not null,            -- ms
  credited_at  bigint,                     -- ms
  lost         boolean not null default false, -- credited, and then gone from the chain
  constraint deposit_pk primary key (chain, tx, log_index),
  constraint deposit_id_key unique (id),
  constraint deposit_chain_fk foreign key (chain) references chain (id),
  constraint deposit_user_fk foreign key (user_id) references app_user (id),
  constraint deposit_kind_known check (kind in ('transfer', 'purchase')),
  constraint deposit_amounts_not_negative check (amount >= 0 and cents >= 0 and dust >= 0),
  constraint deposit_credited_to_somebody
    check (credited_at is null or (user_id is not null and not refused))
) with (fillfactor = 80);

create index deposit_of_user on deposit (user_id, id) where user_id is not null;
create index deposit_by_block on deposit (chain, block_number);
create index deposit_to_credit on deposit (sender) where credited_at is null and not refused;
