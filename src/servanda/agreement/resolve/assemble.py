"""A file to an agreement: every part in turn, every problem gathered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from servanda.agreement.markdown import Block, Document, Section, read_markdown
from servanda.agreement.resolve.aloud import aloud
from servanda.agreement.resolve.checks import check_agreement
from servanda.agreement.resolve.clauses import in_stage_order, resolve_stage
from servanda.agreement.resolve.context import Context, Problems, Unresolved, unknown_name
from servanda.agreement.resolve.front import Front, counting_declared, resolve_front
from servanda.agreement.resolve.keycheck import check_keys
from servanda.agreement.resolve.nesting import too_nested
from servanda.agreement.resolve.norms import NormSource, id_list, resolve_variant
from servanda.agreement.resolve.places import extent_said
from servanda.agreement.resolve.precedence import with_precedence
from servanda.agreement.resolve.readings import (
    MOST_VARIANTS,
    Readings,
    combinations,
    count,
    each_once,
    readings_in,
    restricted,
    wrong_choice,
)
from servanda.agreement.resolve.tables import parameter_value
from servanda.agreement.resolve.terms import check_terms, gather
from servanda.agreement.source import Source
from servanda.agreement.yaml import Mapping as YamlMapping
from servanda.agreement.yaml import Scalar, read_yaml
from servanda.errors import Diagnostic, InputError, Span
from servanda.norms.norm import Agreement, Norm, Paragraph, Stage, Variant
from servanda.norms.term import Quantity


@dataclass
class Loaded:
    """A file, cut into documents by block."""

    source: Source
    document: Document
    front: YamlMapping | None
    parts: list[tuple[Section, Block, YamlMapping]] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """What came of reading: the agreement where there are no errors, and every diagnostic."""

    agreement: Agreement | None
    diagnostics: tuple[Diagnostic, ...]


def assemble(source: Source, chosen: Mapping[str, str] | None = None) -> Result:
    """Read and resolve a file, under the readings chosen."""
    problems = Problems({source.file: source})
    context = Context(problems, FilePath(source.file).parent)
    loaded = load(source, problems)
    agreement = _Assembler(context, loaded, dict(chosen or {})).agreement()
    found = tuple(sorted(problems.found.values(), key=lambda d: d.place))
    return Result(agreement if not problems.errors else None, found)


def resolved(source: Source, chosen: Mapping[str, str] | None = None) -> Agreement:
    """The agreement under the readings chosen, with its warnings. Raises InputError with every error in it."""
    result = assemble(source, chosen)
    if result.agreement is None:
        raise InputError(d for d in result.diagnostics if d.severity == "error")
    return replace(result.agreement, warnings=tuple(d for d in result.diagnostics if d.severity == "warning"))


def load(source: Source, problems: Problems) -> Loaded:
    """Cut a file into its documents, and check their keys."""
    document = read_markdown(source)
    if document.unclosed_front:
        problems.say("front-unclosed", Span.at(source.file, 1, 1, 3))
    for line in document.unclosed_blocks:
        problems.say("block-unclosed", Span.at(source.file, line, 1, 3))
    front = None
    if document.front is not None:
        found = read_yaml(document.front, source.file, problems.add)
        front = found[0] if found else None
        if front is not None:
            check_keys(problems, "front", front)
    for stray in document.strays:
        problems.say("unknown-block", Span.at(source.file, stray.line, 1, 3), info=stray.info)
    loaded = Loaded(source, document, front)
    for section in document.sections:
        for block in section.blocks:
            problems.article = section.heading or None
            wrong = len(problems.found)
            documents = read_yaml(block, source.file, problems.add)
            if not documents and len(problems.found) == wrong:
                problems.say("empty-block", Span.at(source.file, block.first_line - 1, 1, 3), kind=block.kind)
            for node in documents:
                check_keys(problems, block.kind, node)
                loaded.parts.append((section, block, node))
    problems.article = None
    return loaded


class _Assembler:
    """Resolves the parts of one file in the order in which they rest on each other."""

    def __init__(self, context: Context, loaded: Loaded, chosen: dict[str, str]) -> None:
        self._context = context
        self._problems = context.problems
        self._loaded = loaded
        self._chosen = chosen

    def agreement(self) -> Agreement | None:
        """The agreement, as far as it could be read."""
        if not self._terms():
            return None
        front = self._front()
        sources = self._norm_sources()
        norms = [n for source in sources if (n := self._norm(source)) is not None]
        stages = self._stages()
        self._check_ids(sources)
        self._check_choices(sources)
        parameters = self._parameters()
        if front is None:
            return None
        built = with_precedence(self._context, norms, {s.id: s for s in sources})
        agreement = self._build(front, built, stages, parameters)
        check_agreement(self._context, agreement, {s.id: s for s in sources})
        return agreement

    def _terms(self) -> bool:
        """Gather the terms and check each. False where they are too nested to look into."""
        context, front = self._context, self._loaded.front
        unread = front is None and self._loaded.document.front is not None
        context.counting_declared = unread or counting_declared(front)
        if front is not None:
            self._used_files(front)
        for section, block, node in self._loaded.parts:
            if block.kind == "terms":
                self._problems.article = section.heading or None
                gather(context, node, context.base)
        for _, block, node in self._loaded.parts:
            if block.kind == "norm" and isinstance(norm_id := node.get("id"), Scalar):
                self._remember(norm_id)
        self._problems.article = None
        if too_nested(context):
            return False
        check_terms(context)
        return True

    def _remember(self, norm_id: Scalar) -> None:
        ids = self._context.norm_ids
        if norm_id.text in ids:
            self._problems.say("norm-twice", norm_id.span, second=ids[norm_id.text], id=norm_id.text)
        ids.setdefault(norm_id.text, norm_id.span)

    def _used_files(self, front: YamlMapping) -> None:
        for file in id_list(front.get("uses")):
            where = self._context.base / file.text
            try:
                source = self._context.open(where)
            except InputError as error:
                first = error.diagnostics[0]
                self._problems.report(first.code, file.span, first.args, first.case)
                continue
            self._problems.sources[source.file] = source
            for _, block, node in load(source, self._problems).parts:
                if block.kind == "terms":
                    gather(self._context, node, where.parent)

    def _front(self) -> Front | None:
        if self._loaded.front is None:
            if not self._problems.errors:
                self._problems.say("front-missing", Span.at(self._loaded.source.file, 1), "all")
            return None
        return resolve_front(self._context, self._loaded.front)

    # ---- norms

    def _norm_sources(self) -> list[NormSource]:
        found = []
        seen: set[str] = set()
        for section, block, node in self._loaded.parts:
            norm_id = node.get("id")
            if block.kind != "norm" or not isinstance(norm_id, Scalar) or norm_id.text in seen:
                continue
            seen.add(norm_id.text)
            self._problems.article = section.heading or None
            readings: Readings = {}
            readings_in(self._context, node, "", readings)
            article = node.get("article")
            label = article.text if isinstance(article, Scalar) else block.article
            if not label and section.level > 1:  # the first heading is the title
                where = Span.at(self._loaded.source.file, section.line)
                self._problems.say("no-article", where, severity="note", heading=section.heading)
            found.append(NormSource(norm_id.text, node, label, block.heading, block.words, readings))
        self._problems.article = None
        return found

    def _norm(self, source: NormSource) -> Norm | None:
        self._problems.article = source.heading or None
        left = restricted(source.readings, source.id, self._chosen)
        variants = self._variants(source, left)
        self._problems.article = None
        if variants is None:
            return None
        note = source.node.get("note")
        return Norm(
            id=source.id,
            article=source.article,
            heading=source.heading,
            words=source.words,
            note=" ".join(note.text.split()) if isinstance(note, Scalar) else "",
            text=aloud(self._context, source),
            readings=left,
            variants=variants,
            span=source.anchor.span,
        )

    def _variants(self, source: NormSource, readings: Readings) -> tuple[Variant, ...] | None:
        many = count(readings) > MOST_VARIANTS
        if many:
            number, names = str(count(readings)), ", ".join(readings)
            span = source.anchor.span
            self._problems.say("too-many-readings", span, severity="note", id=source.id, number=number, names=names)
        found, failed = [], False
        for choices in each_once(readings) if many else combinations(readings):
            self._context.choices = choices
            try:
                found.append(resolve_variant(self._context, source))
            except Unresolved:
                failed = True
        self._context.choices = {}
        if failed:
            return None
        return () if many else tuple(found)

    def _check_ids(self, sources: list[NormSource]) -> None:
        for source in sources:
            for key in ("notwithstanding", "subject to"):
                self._check_list(source.node, key)
        for _, block, node in self._loaded.parts:
            if block.kind == "clause":
                for entry in node.entries:
                    if isinstance(entry.value, YamlMapping):
                        self._check_list(entry.value, "norms")
                        self._check_list(entry.value, "to")

    def _check_list(self, node: YamlMapping, key: str) -> None:
        for one in id_list(node.get(key)):
            if one.text not in self._context.norm_ids:
                unknown_name(self._problems, "norm", one.text, one.span, self._context.norm_ids)

    def _check_choices(self, sources: list[NormSource]) -> None:
        known = {s.id: s.readings for s in sources}
        for wanted, choice in self._chosen.items():
            if (wrong := wrong_choice(known, wanted, choice)) is not None:
                self._problems.add(wrong)

    # ---- the rest

    def _stages(self) -> tuple[Stage, ...]:
        found = []
        for section, block, node in self._loaded.parts:
            if block.kind != "clause":
                continue
            self._problems.article = section.heading or None
            for entry in in_stage_order(node):
                stage = resolve_stage(self._context, entry)
                if stage is not None:
                    found.append(stage)
        self._problems.article = None
        return tuple(found)

    def _parameters(self) -> dict[str, Quantity]:
        found = {}
        for term in self._context.terms.values():
            if term.kind == "parameter" and isinstance(term.value, Scalar):
                try:
                    found[term.name] = parameter_value(self._context, term)
                except Unresolved:
                    continue
        return found

    def _build(
        self, front: Front, norms: tuple[Norm, ...], stages: tuple[Stage, ...], parameters: dict[str, Quantity]
    ) -> Agreement:
        context = self._context
        return Agreement(
            id=front.id,
            title=front.title,
            status=front.status,
            binding=front.binding,
            published=front.published,
            signed=front.signed,
            opened=front.opened,
            parties=front.parties,
            depositary=front.depositary,
            counting=front.counting,
            language=front.language,
            norms=norms,
            stages=stages,
            parameters=parameters,
            open_parameters=dict(sorted(context.open_parameters.items())),
            tables=dict(sorted(context.tables.items())),
            regions=dict(sorted(context.geometry.items())),
            territory=self._territory(),
            paragraphs=self._paragraphs(),
            file=self._loaded.source.file,
            digest=self._digest(),
            zone_declared=front.zone_declared,
        )

    def _territory(self) -> str:
        try:
            return extent_said(self._context)
        except Unresolved:
            return ""

    def _digest(self) -> str:
        """Of the file, and of every file of terms, groups or tables that it rests on."""
        if not self._context.files:
            return self._loaded.source.digest
        whole = hashlib.sha256(self._loaded.source.digest.encode())
        for digest in sorted(source.digest for source in self._context.files.values()):
            whole.update(digest.encode())
        return whole.hexdigest()

    def _paragraphs(self) -> tuple[Paragraph, ...]:
        found: list[Paragraph] = []
        for section in self._loaded.document.sections:
            parts = [(b, n) for s, b, n in self._loaded.parts if s is section]
            labels = dict.fromkeys(_label(block, node) for block, node in parts if block.kind != "terms")
            for label in labels or {section.article: None}:
                here = [(b, n) for b, n in parts if b.kind != "terms" and _label(b, n) == label]
                found.append(_paragraph(section, label, here))
        return tuple(p for p in found if p.words or p.norms or p.stages)


def _label(block: Block, node: YamlMapping) -> str:
    article = node.get("article") if block.kind == "norm" else None
    return article.text if isinstance(article, Scalar) else block.article


def _paragraph(section: Section, label: str, parts: list[tuple[Block, YamlMapping]]) -> Paragraph:
    norms = tuple(i.text for b, n in parts if b.kind == "norm" and isinstance(i := n.get("id"), Scalar))
    stages = tuple(e.key.text for b, n in parts if b.kind == "clause" for e in in_stage_order(n))
    words = parts[0][0].words if parts else section.words
    line = parts[0][0].first_line if parts else section.line
    return Paragraph(label, section.heading, words, norms, stages, line)
