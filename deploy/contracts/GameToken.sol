// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// An ERC-20 token for test chains. Whoever deploys it owns the whole supply. In production the shop
/// takes a token that people have already.
contract GameToken {
    string public constant name = "Fief Test Token";
    string public constant symbol = "FIEF";
    uint8 public immutable decimals;
    uint256 public immutable totalSupply;
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error TooLittle(uint256 has, uint256 needs);

    constructor(uint256 supply, uint8 digits) {
        decimals = digits;
        totalSupply = supply;
        balanceOf[msg.sender] = supply;
        emit Transfer(address(0), msg.sender, supply);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    /// Several transfers in one transaction.
    function transferMany(address to, uint256[] calldata values) external {
        for (uint256 i = 0; i < values.length; ++i) move(msg.sender, to, values[i]);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 left = allowance[from][msg.sender];
        if (left < value) revert TooLittle(left, value);
        if (left != type(uint256).max) allowance[from][msg.sender] = left - value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        uint256 has = balanceOf[from];
        if (has < value) revert TooLittle(has, value);
        unchecked {
            balanceOf[from] = has - value; // Checked above.
            balanceOf[to] += value; // The supply fits.
        }
        emit Transfer(from, to, value);
    }
}
