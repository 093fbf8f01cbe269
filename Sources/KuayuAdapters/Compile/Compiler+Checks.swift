import KuayuModel

extension Compiler {
    /// What can only be seen when every rule is there.
    mutating func checks(_ map: YAMLMap) {
        checkRequired(map)
        checkOutward(map)
        checkTables()
        checkNodes()
        checkColumns(map)
    }

    /// KA012: a case that can never be complete.
    private mutating func checkRequired(_ map: YAMLMap) {
        for info in CaseSchema.v1.scalars where info.isRequired {
            guard let field = CaseSchema.v1.field(info.path), !program.made.contains(field),
                !Self.completedFields.contains(field)
            else { continue }
            reporter.error(
                "KA012", map.place("rules"), "No rule makes `\(info.path)` (\(info.chinese)), which every case needs.",
                help: info.meaning)
        }
        if !program.made.contains(.handlingDivision) {
            reporter.error(
                "KA012", map.place("rules"), "No rule makes `places.handling[].division`, which every case needs.",
                help: "Map the format's division: {to: \"places.handling[0].division\", from: …}.")
        }
    }

    /// KA070: nothing says what becomes of a field.
    private mutating func checkOutward(_ map: YAMLMap) {
        guard program.extensionNode == nil else { return }
        let silent = CaseSchema.v1.allFields.filter {
            !program.made.contains($0) && !program.unsupported.contains($0) && !Adapter.besideFields.contains($0)
                && $0 != .appliedDivision
        }
        for field in silent {
            reporter.error(
                "KA070", map.place("rules"),
                "Nothing says what becomes of `\(field.path)` outward: no rule, not unsupported, no extension.",
                help: "List it under `unsupported` with a `why`.")
        }
    }

    private mutating func checkTables() {
        for (name, place) in tablePlaces.sorted(by: { $0.key < $1.key }) where !usedTables.contains(name) {
            reporter.warning("KA024", place, "The table `\(name)` is used by no rule.")
        }
        for rule in program.rules { checkOutwardCodes(rule) }
    }

    /// KA021: a code of the field that the table cannot write.
    private mutating func checkOutwardCodes(_ rule: Rule) {
        switch rule {
        case .scalar(let scalar):
            guard case .code(let number)? = scalar.operations.last,
                case .code(let set) = CaseSchema.v1.info(scalar.target.field).type
            else { return }
            let table = program.tables[number]
            let missing = set.codes.filter { code in
                table.outward(Array(code.utf8)[...]) == nil && !isRefused(scalar.target.field, code)
            }
            if missing.isEmpty || table.rows.isEmpty { return }
            reporter.warning(
                "KA021", scalar.place,
                "The table `\(table.name)` cannot write \(missing.joined(separator: ", ")) of `\(scalar.target.path)`.",
                help: "Add rows (rel `>` for a coarser code), or list the values under `refuses`.")
        case .tuple(let tuple): checkTuple(tuple)
        case .each(let each): for inner in each.rules { checkOutwardCodes(inner) }
        case .group(let group): for inner in group.rules { checkOutwardCodes(inner) }
        case .variant(let variant):
            for item in variant.cases { for inner in item.rules { checkOutwardCodes(inner) } }
        default: break
        }
    }

    private mutating func checkTuple(_ tuple: TupleRule) {
        let table = program.tables[tuple.table]
        guard !table.rows.isEmpty else { return }
        for (column, target) in tuple.canonicals.enumerated() {
            guard case .code(let set) = CaseSchema.v1.info(target.field).type else { continue }
            let written = table.rows.filter(\.isWritten).map { $0.canonicals[column] }
            if written.contains(.any) { continue }
            let missing = set.codes.filter {
                !written.contains(.text(Array($0.utf8))) && !isRefused(target.field, $0)
            }
            if missing.isEmpty { continue }
            reporter.warning(
                "KA021", tuple.place,
                "The table `\(table.name)` cannot write \(missing.joined(separator: ", ")) of `\(target.path)`.",
                help: "Add rows (rel `>` for a coarser code), or list the values under `refuses`.")
        }
    }

    private func isRefused(_ field: Field, _ value: String) -> Bool {
        program.refusals.contains { $0.field == field && $0.values.contains(value) }
    }

    /// KA017: a text and elements in the same place.
    private mutating func checkNodes() {
        for scope in program.scopes {
            for (index, node) in scope.nodes.enumerated() where index > 0 && node.hasText {
                let elements = node.children.filter { !scope.nodes[$0].isAttribute }
                guard let first = elements.first, let place = scope.nodes[first].place ?? node.place else { continue }
                reporter.error("KA017", place, "`\(node.path)` is read as a text and has elements below it.")
            }
        }
    }

    /// KA071: columns that nobody writes.
    private mutating func checkColumns(_ map: YAMLMap) {
        guard program.wire.format == .delimited else { return }
        let silent = program.scopes[0].nodes.enumerated().dropFirst().filter { index, node in
            node.parent == 0 && writers[LocalSpot(scope: 0, node: index)] == nil
        }
        if silent.isEmpty { return }
        let names = silent.map(\.element.path).joined(separator: ", ")
        reporter.warning(
            "KA071", map.place("rules"), "No rule writes the columns \(names).",
            help: "They are carried at home and empty for other regions.")
    }

    /// KA018: local names that no sample shows.
    ///
    /// `seen` holds the paths of every sample.
    mutating func checkSamples(_ seen: Set<String>) {
        guard !seen.isEmpty else { return }
        for scope in program.scopes where !scope.isInline {
            for node in scope.nodes.dropFirst() where node.predicate == nil && (node.hasText || node.rows >= 0) {
                guard let place = node.place, !seen.contains(node.path) else { continue }
                reporter.warning(
                    "KA018", place, "`\(node.path)` stands in no sample.",
                    help: "Check its spelling, or add a sample that has it.")
            }
        }
    }
}
