import KuayuModel

/// The header `Kuayu-Case`: the registration data of the cases of a payload, in payload order.
///
/// A list of strings with parameters (RFC 9651):
/// `"CSJ202611240000001";v=3;s="accepted";at=1795478400;n="…";d="sha256:…"`.
public enum CaseHeader {
    /// Name of the header.
    public static let name = "Kuayu-Case"

    /// Writes the header.
    ///
    /// Throws `.parameter("n")` when a nonce is not made of letters, digits, `-` and `_`.
    public static func write(_ cases: [CaseRegistration]) throws(StructuredFieldError) -> String {
        var members: [String] = []
        for entry in cases {
            guard CaseRegistration.isNonce(entry.nonce) else { throw StructuredFieldError(.parameter("n"), offset: 0) }
            members.append(
                "\"\(entry.caseID.text)\";v=\(entry.version);s=\"\(entry.status.rawValue)\";at=\(entry.at)"
                    + ";n=\"\(entry.nonce)\";d=\"\(entry.contentText)\"")
        }
        return members.joined(separator: ", ")
    }

    /// Reads the header.
    ///
    /// All five parameters must be there; others are passed over.
    public static func parse(_ value: String) throws(StructuredFieldError) -> [CaseRegistration] {
        var cases: [CaseRegistration] = []
        for item in try StructuredField.items(value) { cases.append(try registration(item)) }
        return cases
    }

    private static func registration(_ item: StructuredField.Item) throws(StructuredFieldError) -> CaseRegistration {
        guard case .string(let text) = item.value, let caseID = CaseID(text) else {
            throw StructuredFieldError(.member, offset: item.offset)
        }
        return CaseRegistration(
            caseID: caseID,
            version: try parameter("v", of: item) { number($0, in: 1...CaseRegistration.numbers.upperBound) },
            status: try parameter("s", of: item) { string($0).flatMap(CaseState.init(rawValue:)) },
            at: try parameter("at", of: item) { number($0, in: CaseRegistration.numbers) },
            nonce: try parameter("n", of: item) { string($0).flatMap { CaseRegistration.isNonce($0) ? $0 : nil } },
            contentDigest: try parameter("d", of: item) { string($0).flatMap(CaseRegistration.content) })
    }

    private static func parameter<Meaning>(
        _ key: String, of item: StructuredField.Item, _ read: (StructuredField.Value) -> Meaning?
    ) throws(StructuredFieldError) -> Meaning {
        guard let found = item[key] else { throw StructuredFieldError(.missingParameter(key), offset: item.offset) }
        guard let meaning = read(found.value) else { throw StructuredFieldError(.parameter(key), offset: found.offset) }
        return meaning
    }

    private static func number(_ value: StructuredField.Value, in range: ClosedRange<Int>) -> Int? {
        guard case .integer(let number) = value, range.contains(number) else { return nil }
        return number
    }

    private static func string(_ value: StructuredField.Value) -> String? {
        guard case .string(let text) = value else { return nil }
        return text
    }
}

/// The header `Kuayu-Message-Id`: the ids of the messages of a payload, a list of strings in payload order.
public enum MessageIDHeader {
    /// Name of the header.
    public static let name = "Kuayu-Message-Id"
    /// Longest id, in bytes.
    public static let limitBytes = 256

    /// Writes the header.
    ///
    /// Throws `.member` for an id that is empty or too long, `.character` for one that is not printable ASCII.
    public static func write(_ ids: [String]) throws(StructuredFieldError) -> String {
        var members: [String] = []
        for id in ids {
            guard (1...limitBytes).contains(id.utf8.count) else { throw StructuredFieldError(.member, offset: 0) }
            members.append(try StructuredField.quoted(id))
        }
        return members.joined(separator: ", ")
    }

    /// Reads the header; ids written without quotes, as tokens, are understood too.
    public static func parse(_ value: String) throws(StructuredFieldError) -> [String] {
        try texts(of: StructuredField.items(value), limitBytes: limitBytes)
    }
}

/// The header `Kuayu-Receipt`: the receipts for the cases of a payload as compact JWS, a list of tokens in payload
/// order.
public enum ReceiptHeader {
    /// Name of the header.
    public static let name = "Kuayu-Receipt"

    /// Writes the header.
    ///
    /// A compact JWS is a token of RFC 9651 as it stands, so nothing is quoted or escaped.
    public static func write(_ receipts: [String]) -> String { receipts.joined(separator: ", ") }

    /// Reads the header; receipts in quotes are understood too.
    ///
    /// They are not verified.
    public static func parse(_ value: String) throws(StructuredFieldError) -> [String] {
        try texts(of: StructuredField.items(value), limitBytes: ReceiptJWS.limitBytes)
    }
}

/// The strings or tokens of a list.
private func texts(of items: [StructuredField.Item], limitBytes: Int) throws(StructuredFieldError) -> [String] {
    var texts: [String] = []
    for item in items {
        switch item.value {
        case .string(let text) where (1...limitBytes).contains(text.utf8.count),
            .token(let text) where text.utf8.count <= limitBytes:
            texts.append(text)
        default: throw StructuredFieldError(.member, offset: item.offset)
        }
    }
    return texts
}
