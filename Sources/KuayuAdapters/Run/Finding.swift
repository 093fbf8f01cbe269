import KuayuModel

/// Something wrong with a case, before it is put into words with its position.
struct Finding: Sendable {
    let code: String
    var severity = Issue.Severity.error
    /// Where in the local document.
    let path: String
    /// Node of the tape, or −1.
    var node: Int = -1
    var place: Place?
    let message: String
    let help: String
}

extension Finding {
    /// A local text that an operation cannot read.
    ///
    /// The text is shown masked as its field is.
    static func unreadable(
        _ fault: OperationFault, _ text: ArraySlice<UInt8>, field: Field?, path: String, capture: Capture, place: Place
    ) -> Finding {
        Finding(
            code: fault.code, path: path, node: Int(capture.node), place: place,
            message: "\(path) \(shown(text, field)) \(fault.reason).", help: fault.help)
    }

    /// A text as it may be printed: masked, hidden where only some may read it, one line, at most 40 characters.
    static func shown(_ bytes: some Collection<UInt8>, _ field: Field?) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let field else { return "`\(CaseMasking.hiddenText)`" }
        let info = CaseSchema.v1.info(field)
        if info.mask == .none, info.privacy != .public, info.privacy != .internal {
            return "`\(CaseMasking.hiddenText)`"
        }
        let masked = CaseMasking.maskedText(field, text)
        // What failed its check is not what the mask expects; then only its length is told.
        let isBare = masked == text && info.mask != .none
        if isBare { return "of \(text.unicodeScalars.count) characters" }
        let clean = masked.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? "?" : $0 }
        var out = "`"
        out.unicodeScalars.append(contentsOf: clean)
        return out + (masked.unicodeScalars.count > 40 ? "…`" : "`")
    }
}

extension Finding {
    /// The same at a path that names its row.
    func moved(to other: String) -> Finding {
        Finding(
            code: code, severity: severity, path: other, node: node, place: place,
            message: message.hasPrefix(path) ? other + message.dropFirst(path.count) : message, help: help)
    }
}

/// Paths of row texts with the number of the row, from 0: `MaterialData/Material[2]/GetType`.
enum RowPath {
    static func located(_ path: String, _ scope: LocalScope, row: Int) -> String {
        let root = scope.nodes[0].path
        guard path.hasPrefix(root) else { return path }
        return "\(root)[\(row)]" + path.dropFirst(root.count)
    }
}
