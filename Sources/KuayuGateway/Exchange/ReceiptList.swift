import KuayuEngine
import KuayuFormats
import KuayuEvidence
import KuayuModel

/// The body in which a pulled hub is told what became of its cases:
/// `{"cases":[{"number":…,"message":…,"outcome":…,"case":…,"version":…,"status":…,"at":…,"nonce":…,"content":…}],"receipts":[…]}`.
enum ReceiptList {
    static func encode(_ answers: [CaseAnswer]) -> [UInt8] {
        var out: [UInt8] = Array("{\"cases\":[".utf8)
        for (index, answer) in answers.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(answer, to: &out)
        }
        out += Array("],\"receipts\":[".utf8)
        for (index, receipt) in answers.compactMap(\.receipt).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.appendString(receipt, to: &out)
        }
        out += Array("]}".utf8)
        return out
    }

    private static func append(_ answer: CaseAnswer, to out: inout [UInt8]) {
        var members: [(String, String)] = [("number", answer.ownNumber ?? ""), ("message", answer.messageID)]
        var numbers: [(String, Int64)] = []
        if let outcome = answer.outcome { members.append(("outcome", outcome.rawValue)) }
        if let head = answer.head {
            members += [
                ("case", head.caseID.text), ("status", head.status.rawValue), ("nonce", head.nonce),
                ("content", answer.contentDigest?.text ?? "-"),
            ]
            numbers += [("version", Int64(head.version)), ("at", head.registeredAt.epochMilliseconds / 1000)]
        }
        out.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.appendString(member.0, to: &out)
            out.append(UInt8(ascii: ":"))
            CanonicalJSON.appendString(member.1, to: &out)
        }
        for number in numbers { out += Array(",\"\(number.0)\":\(number.1)".utf8) }
        out.append(UInt8(ascii: "}"))
    }
}
