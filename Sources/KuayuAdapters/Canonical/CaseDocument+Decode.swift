public import KuayuFormats
public import KuayuModel

extension CaseDocument {
    /// Issues that one document gives at most; further ones are counted in the last.
    public static let issueLimit = 100

    /// Reads a canonical document.
    ///
    /// Member order and white space are free; everything else is strict.
    ///
    /// Members that the plan does not know, values of another JSON type, nulls, empty strings, empty objects and empty
    /// lists are refused. All issues come at once, with line and column. The record is `nil` when there is any. Whether
    /// the case is complete and its values valid is not looked at: see ``CaseValidation``.
    public static func decode(
        _ bytes: [UInt8], plan: CasePlan = .full, limits: FormatLimits = .standard
    ) -> (record: CaseRecord?, issues: [Issue]) {
        let tape: Tape
        do {
            tape = try JSONReader.read(bytes, limits: limits)
        } catch {
            let place = position(of: error.offset, in: bytes)
            let issue = Issue(code: error.code, path: "", position: place, message: error.message, help: error.help)
            return (nil, [issue])
        }
        return decode(tape, at: 0, plan: plan)
    }

    /// Reads a canonical document that is part of a larger one, such as an extension block.
    ///
    /// `node` is the object on the tape. `place` leads from an offset of the tape's bytes to the place in the message as
    /// it was sent; by default the tape's bytes are the message.
    public static func decode(
        _ tape: Tape, at node: Int, plan: CasePlan = .full, place: ((Int) -> MessagePosition?)? = nil
    ) -> (record: CaseRecord?, issues: [Issue]) {
        var reader = CaseDocumentReader(tape: tape)
        reader.readRoot(node, plan.members)
        guard !reader.findings.isEmpty else { return (reader.record, []) }
        let issues = reader.findings.map { finding in
            let position = place.map { $0(finding.offset) } ?? position(of: finding.offset, in: tape.bytes)
            return Issue(
                code: finding.code, path: finding.path, position: position, message: finding.message,
                help: finding.help)
        }
        return (nil, issues)
    }

    private static func position(of offset: Int, in bytes: [UInt8]) -> MessagePosition {
        let place = sourcePosition(of: offset, in: bytes, encoding: .utf8)
        return MessagePosition(offset: place.offset, line: place.line, column: place.column)
    }
}
