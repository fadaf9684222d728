// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

interface IERC20 {
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/// Takes tokens to the treasury and says whom they are for. It holds nothing and has no owner: what
/// it is paid goes straight through.
contract CoinShop {
    IERC20 public immutable token;
    address public immutable treasury;

    /// `ref`: the buyer's user id in the game, its 16 bytes behind 16 of zero.
    event CoinsPurchased(address indexed buyer, uint256 amount, bytes32 indexed ref);

    error NotPaid();
    error NothingPaid();

    constructor(IERC20 token_, address treasury_) {
        token = token_;
        treasury = treasury_;
    }

    /// Pays `amount` from the caller, who has approved the shop for it. The token must not take a
    /// fee of its own on transfers.
    function buy(uint256 amount, bytes32 ref) external {
        if (amount == 0) revert NothingPaid();
        if (!token.transferFrom(msg.sender, treasury, amount)) revert NotPaid();
        emit CoinsPurchased(msg.sender, amount, ref);
    }
}
