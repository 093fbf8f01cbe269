import Foundation

/// A receipt beside the message it was given for.
struct StoredReceipt {
    let sender: Int
    let message: String
    let caseID: String?
    let version: Int?
    let outcome: String
    let digest: [UInt8]
    let receipt: [UInt8]

    /// What is wrong with it, if anything.
    ///
    /// Its payload is canonical JSON (RFC 8785), so that members can be compared as text; the signature is not looked at.
    var fault: String? {
        guard let payload else { return "its receipt is not a compact JWS" }
        let hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let follower = caseID == nil ? "outcome" : "nonce"
        if !payload.contains(",\"message\":\(Self.quoted(message)),\"\(follower)\":") {
            return "its receipt is for another message"
        }
        if !payload.contains(",\"sender\":\"\(sender)\"") { return "its receipt is for another sender" }
        if !payload.contains(",\"outcome\":\"\(outcome)\"") { return "its receipt tells another outcome" }
        if !payload.contains("\"digest\":\"sha256:\(hex)\"") { return "its receipt is for other bytes" }
        guard let caseID, let version else {
            return payload.hasPrefix("{\"case\":") ? "its receipt names a case, the message does not" : nil
        }
        if !payload.hasPrefix("{\"case\":\"\(caseID)\",") { return "its receipt is for another case than \(caseID)" }
        if !payload.hasSuffix(",\"version\":\(version)}") {
            return "its receipt is for another version than \(version)"
        }
        return nil
    }

    /// The middle one of three parts of base64url without padding (RFC 7515, 7.1).
    private var payload: String? {
        let parts = receipt.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        var text = String(decoding: parts[1], as: UTF8.self)
        text = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
