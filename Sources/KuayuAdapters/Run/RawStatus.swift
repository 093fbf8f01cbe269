import KuayuFormats
import KuayuModel

/// The status of a document in its sender's own code, also where several fields say it together.
///
/// The texts of the fields in the order of the rule, joined by `|`; a field that is empty keeps its place unless nothing
/// follows. Fields of which only the presence counts are left out: they say nothing in the sender's words.
struct RawStatus {
    let program: Program
    let captures: Captures

    /// What a process entry and a case can keep of it, in characters (code points).
    private static let limit = 60

    var text: String? {
        var parts = codes
        while parts.last?.isEmpty == true { parts.removeLast() }
        if parts.isEmpty { return nil }
        let scalars = parts.joined(separator: "|").unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        let text = String(String.UnicodeScalarView(scalars.prefix(Self.limit)))
        return NormalForm.isComposed(text) ? text : nil
    }

    private var codes: [String] {
        for tuple in program.index.tuples where tuple.canonicals.contains(where: { $0.field == .status }) {
            let texts = captures.texts(tuple, program, scope: 0, row: 0)
            return zip(tuple.locals, texts).filter { !$0.0.observation.isExistence }.map { Self.shown($0.1) }
        }
        let node = program.index.scalars[.status]?.node ?? program.index.variants[.status]?.node
        guard let node else { return [] }
        return [Self.shown(captures.text(captures.scalars[node], program.policy))]
    }

    private static func shown(_ bytes: ArraySlice<UInt8>?) -> String {
        bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
