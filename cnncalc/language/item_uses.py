"""Items that are no layer: `reuse`, a part of this network once more, and `net`, another network."""

from __future__ import annotations

from cnncalc.language.grammar import COMMON, NET, REUSE, missing
from cnncalc.language.item import Item
from cnncalc.language.item_keys import ItemKeys
from cnncalc.language.parts import report_bare_reuse
from cnncalc.language.tree import Mapping, Node, Scalar


class ItemUses(ItemKeys):
    """Compiles such items of one body."""

    def compile_reuse(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """`reuse`: weights used again."""
        item = Item("reuse", node, op_node)
        if not isinstance(value, Mapping):
            report_bare_reuse(op_node.span, self.report)
            return None
        found = self._fields(item, value, {**REUSE, "when": COMMON["when"]}, "")
        if found is None:
            return None
        given, sound = found
        if sound and (absent := missing(given, REUSE)):
            self.report.find("E106", f"`reuse` needs `{absent[0]}`", op_node.span)
        if "layer" in given:
            item.reuse = self.names.layer(given["layer"])
        return item

    def compile_net(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """`net`: the network of another file."""
        from cnncalc.language.nets import compile_net, compile_settings

        item = Item("net", node, op_node)
        found = self._fields(item, value, {**NET, **COMMON}, "of")
        if found is None:
            return None
        given, sound = found
        if "of" not in given:
            if sound:
                self.report.find(
                    "E106", "`net` needs `of`", op_node.span, help="- net: zoo:resnet50"
                )
            return None
        item.block = compile_net(given, op_node, self.context)
        if item.block is None:
            return None
        item.args = compile_settings(given.get("set"), item.block, self._inside(item))
        return item
