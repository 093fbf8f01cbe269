import KuayuFormats
import KuayuModel

/// Reads one case from a tape.
struct CaseReader {
    let program: Program
    let tape: Tape
    let node: Int

    init(_ adapter: Adapter, _ tape: Tape, _ node: Int) { self.init(adapter.program, tape, node) }

    init(_ program: Program, _ tape: Tape, _ node: Int) {
        self.program = program
        self.tape = tape
        self.node = node
    }

    func read() -> CaseOutcome {
        let captures = TapeWalk(program, tape).run(at: node)
        var outcome = inward(captures)
        mergeExtension(&outcome)
        operation(&outcome)
        validate(&outcome)
        outcome.isStatusExact = isStatusExact(captures)
        outcome.rawStatus = RawStatus(program: program, captures: captures).text
        return outcome
    }

    /// The run ends here, so that its record is not copied when the extension adds to it.
    private func inward(_ captures: Captures) -> CaseOutcome {
        var run = InwardRun(program, captures)
        run.run()
        return CaseOutcome(
            program: program, captures: captures, record: run.record, findings: run.findings, origins: run.origins)
    }

    // MARK: Extension

    private func mergeExtension(_ outcome: inout CaseOutcome) {
        guard let node = program.extensionNode else { return }
        let found = outcome.captures.scalars[node]
        guard found.kind != .absent, found.kind != .null else { return }
        let block: (record: CaseRecord?, issues: [Issue])
        if program.extensionIsObject, found.kind == .container {
            block = CaseDocument.decode(tape, at: Int(found.node))
        } else {
            guard let text = outcome.captures.text(found, program.policy) else { return }
            block = CaseDocument.decode(Array(text))
        }
        guard let record = block.record else {
            let first = block.issues.first
            outcome.findings.append(
                Finding(
                    code: "extension.unreadable", path: program.scopes[0].nodes[node].path, node: Int(found.node),
                    place: program.scopes[0].nodes[node].place,
                    message: "The extension block cannot be read. \(first?.message ?? "It is no object.")",
                    help: "Send back the block as it was received, or leave it out."))
            return
        }
        ExtensionMerge(program: program, captures: outcome.captures)
            .merge(record, into: &outcome.record)
        outcome.hasExtension = true
    }

    // MARK: Operation

    private func operation(_ outcome: inout CaseOutcome) {
        guard let codes = program.wire.operation else { return }
        let found = outcome.captures.scalars[codes.node]
        guard let text = outcome.captures.text(found, program.policy) else { return }
        if text.elementsEqual(codes.new) {
            outcome.operation = .new
        } else if text.elementsEqual(codes.change) {
            outcome.operation = .change
        } else if text.elementsEqual(codes.takeBack) {
            outcome.operation = .takeBack
        } else {
            let all = [codes.new, codes.change, codes.takeBack].map { String(decoding: $0, as: UTF8.self) }
            outcome.findings.append(
                Finding(
                    code: "wire.operation", path: codes.path, node: Int(found.node), place: codes.place,
                    message: "\(codes.path) \(Finding.shown(text, .status)) is no operation of this format.",
                    help: "Send one of: \(all.joined(separator: ", "))."))
        }
    }

    // MARK: Validation

    private func validate(_ outcome: inout CaseOutcome) {
        let hasErrors = outcome.findings.contains { $0.severity == .error }
        for problem in CaseValidation.validate(outcome.record, requireGatewayFields: false) {
            if problem.code == "case.required", let field = problem.field {
                // What is missing because it could not be read has been reported with its cause.
                if Compiler.completedFields.contains(field) || hasErrors { continue }
            }
            if problem.code == "case.required", problem.path == ListField.handling.path, hasErrors { continue }
            outcome.findings.append(finding(problem, outcome))
        }
    }

    private func finding(_ problem: CaseProblem, _ outcome: CaseOutcome) -> Finding {
        guard let field = problem.field, let owner = program.index.owners[field] else {
            return Finding(
                code: problem.code, severity: problem.severity, path: problem.path, node: node, place: nil,
                message: problem.message, help: problem.help)
        }
        var found = node
        var path = owner.path
        if owner.scope == 0 {
            let capture = outcome.captures.scalars[owner.node]
            if capture.node >= 0 { found = Int(capture.node) }
        } else if let row = rowNumber(in: problem.path), field.list >= 0,
            row < outcome.origins[Int(field.list)].count
        {
            let origin = outcome.origins[Int(field.list)][row]
            if program.scopes[owner.scope].isInline {
                let list = program.index.lists[ListField.named(CaseSchema.v1.lists[Int(field.list)].path)]
                if let list { found = max(found, Int(outcome.captures.scalars[list.node].node)) }
                path = RowPath.located(owner.path, program.scopes[owner.scope], row: max(origin, 0))
            } else if origin >= 0, origin < outcome.captures.rowCount(owner.scope) {
                let capture = outcome.captures[owner.scope, origin, owner.node]
                if capture.node >= 0 { found = Int(capture.node) }
                path = RowPath.located(owner.path, program.scopes[owner.scope], row: origin)
            }
        }
        return Finding(
            code: problem.code, severity: problem.severity, path: path, node: found, place: owner.place,
            message: problem.message, help: problem.help)
    }

    /// 2 of `materials[2].name`.
    private func rowNumber(in path: String) -> Int? {
        guard let open = path.firstIndex(of: "["), let close = path[open...].firstIndex(of: "]") else { return nil }
        return Int(path[path.index(after: open)..<close])
    }

    private func isStatusExact(_ captures: Captures) -> Bool {
        for tuple in program.index.tuples {
            guard let column = tuple.canonicals.firstIndex(where: { $0.field == .status }) else { continue }
            let locals = captures.texts(tuple, program, scope: 0, row: 0)
            let table = program.tables[tuple.table]
            guard let row = table.rowInward(locals) else { return false }
            return table.isExact(row, column: column)
        }
        guard let rule = program.index.scalars[.status], case .code(let number)? = rule.operations.last else {
            return true
        }
        let text = captures.bytes(captures.scalars[rule.node])
        return !program.tables[number].rows.contains {
            $0.relation == .wider && $0.locals[0].bytes.map { text.elementsEqual($0) } == true
        }
    }
}

/// What reading one case gave, before positions are known.
struct CaseOutcome {
    let program: Program
    let captures: Captures
    var record: CaseRecord
    var findings: [Finding]
    let origins: [[Int]]
    var operation = CaseReading.Operation.unknown
    var isStatusExact = true
    var rawStatus: String?
    var hasExtension = false

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    func reading(issues: [Issue], span: Range<Int>, bytes: [UInt8]) -> CaseReading {
        CaseReading(
            record: hasErrors ? nil : record, issues: issues, span: span, bytes: bytes, federationID: record[.caseID],
            ownNumber: ownNumber, operation: operation,
            dataVersion: program.wire.dataVersionNode.flatMap { text($0) }, isStatusExact: isStatusExact,
            isSuperseded: false, repeatKey: program.wire.repeatNode.flatMap { text($0) }, rawStatus: rawStatus,
            hasExtension: hasExtension)
    }

    private var ownNumber: LocalNumber? {
        guard let scheme = program.wire.numberScheme else { return nil }
        let row = record[.localNumbers].first {
            $0[.localNumberRegion] == program.region && $0[.localNumberScheme] == scheme
        }
        return row?[.localNumberValue].map { LocalNumber(scheme: scheme, value: $0) }
    }

    private func text(_ node: Int) -> String? {
        captures.text(captures.scalars[node], program.policy).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Adapter {
    /// Reads a case that stands alone (``CaseReading/bytes``); `nil` when it is no document of this format.
    func document(_ bytes: [UInt8]) -> (tape: Tape, root: Int)? { program.document(bytes) }

    /// Reads a payload of the region.
    ///
    /// Any bytes give cases or issues.
    public func read(_ payload: [UInt8]) -> PayloadReading {
        var reader = PayloadReader(program, payload)
        return reader.read()
    }
}

extension Program {
    /// Reads a case that stands alone; `nil` when it is no document of this format.
    func document(_ bytes: [UInt8]) -> (tape: Tape, root: Int)? {
        guard let decoded = try? wire.encoding.decode(bytes) else { return nil }
        let limits = FormatLimits(
            bytes: wire.byteLimit * 2, depth: wire.depthLimit, nodes: wire.nodeLimit, textBytes: wire.textLimit)
        switch wire.format {
        case .json:
            guard let tape = try? JSONReader.read(decoded.bytes, limits: limits) else { return nil }
            return tape.nodes[0].kind == .object ? (tape, 0) : nil
        case .xml:
            guard let tape = try? XMLReader.read(decoded.bytes, limits: limits) else { return nil }
            return tape.nodes[0].kind == .object ? (tape, 0) : nil
        case .delimited:
            let columns = TableColumns.fitting(wire, decoded.bytes[...])
            let (tape, errors) = DelimitedReader.table(
                decoded.bytes, columns: columns, from: 0, dialect: wire.isCSV ? .csv : .pipe, limits: limits)
            return errors.isEmpty && tape.nodes.count > 1 ? (tape, 1) : nil
        }
    }
}
