import Foundation
import KuayuCrypto
import KuayuEvidence
import KuayuModel

/// `docs/exchange.md`: prose around blocks that are written from the recorded files.
///
/// A block stands below a comment `<!-- KIND PATH -->`. Kinds: `bytes` the file, decoded; `receipt` the payload of the
/// first receipt in it; `element` the ledger element of a ledger file with its identity digest.
struct ExchangeDocument {
    static let path = Program.repository + "/docs/exchange.md"

    private var lines: [String]

    init() throws { lines = try String(contentsOfFile: Self.path, encoding: .utf8).components(separatedBy: "\n") }

    var text: String { lines.joined(separator: "\n") }

    /// Paths of the files that the document shows.
    var shown: Set<String> { Set(lines.compactMap { Self.marker($0)?.path }) }

    /// The document with every block written anew.
    func rewritten() throws -> String {
        var result: [String] = []
        var index = 0
        while index < lines.count {
            result.append(lines[index])
            index += 1
            guard let marker = Self.marker(result[result.count - 1]) else { continue }
            guard index < lines.count, lines[index].hasPrefix("```"),
                let end = lines[(index + 1)...].firstIndex(where: { $0 == "```" })
            else { throw NeverHappened(description: "there is no block below \(marker.kind) \(marker.path)") }
            result.append(lines[index])
            result += try Self.content(marker).components(separatedBy: "\n")
            result.append("```")
            index = end + 1
        }
        return result.joined(separator: "\n")
    }

    private static func marker(_ line: String) -> (kind: String, path: String)? {
        guard let match = line.wholeMatch(of: /<!-- (bytes|receipt|element) (\S+) -->/) else { return nil }
        return (String(match.output.1), String(match.output.2))
    }

    private static func content(_ marker: (kind: String, path: String)) throws -> String {
        let file = try ExchangeFolder.file(marker.path)
        switch marker.kind {
        case "receipt":
            guard let receipt = file.receipts.first else {
                throw NeverHappened(description: "no receipt in \(file.path)")
            }
            return readable(receipt)
        case "element":
            let element = try LedgerLine(file)
            return element.signedText + "\nSHA-256: " + element.identity
        default:
            let text = file.text
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
    }

    /// Header and payload of a receipt, a member a line.
    private static func readable(_ receipt: String) -> String {
        receipt.split(separator: ".").prefix(2).map { part in
            String(decoding: Base64URL.decode(String(part)) ?? [], as: UTF8.self)
                .replacing(",\"", with: ",\n \"")
        }.joined(separator: "\n")
    }
}

/// The one ledger element that every side of a recorded exchange holds.
struct LedgerLine: Hashable {
    let fields: [String]

    /// Throws when the sides differ.
    init(_ file: ExchangeFile) throws {
        let lines = Set(file.text.split(separator: "\n").compactMap { $0.components(separatedBy: ": ").last })
        guard lines.count == 1, let line = lines.first else {
            throw NeverHappened(description: "the ledgers of \(file.path) differ: \(lines)")
        }
        fields = line.components(separatedBy: ",")
        guard fields.count == 6 else { throw NeverHappened(description: "not a ledger line: \(line)") }
    }

    /// The lines over which the identity is taken: case, version, status, content digest, nonce.
    var signedText: String {
        (["kuayu-recon-1", fields[0]] + fields[2...5]).joined(separator: "\n")
    }

    var identity: String { SHA256.hex(Array((signedText + "\n").utf8)) }
}
