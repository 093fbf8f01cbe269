import Foundation
import KuayuModel
import KuayuReconcile
import Testing

/// Messages recorded between a client and a server of someone else, see `Vectors/negentropy-README.md`.
struct RecordedExchange: CustomTestStringConvertible, Sendable {
    var name: String
    var both: [NegentropyItem] = []
    var client: [NegentropyItem] = []
    var server: [NegentropyItem] = []
    var messages: [[UInt8]] = []

    var testDescription: String { name }

    static func load() throws -> [RecordedExchange] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/negentropy-nostr.txt")
        var exchanges: [RecordedExchange] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "case" {
                exchanges.append(RecordedExchange(name: String(words[1])))
                continue
            }
            let last = exchanges.count - 1
            switch words[0] {
            case "both": exchanges[last].both.append(try item(words))
            case "client": exchanges[last].client.append(try item(words))
            case "server": exchanges[last].server.append(try item(words))
            default: exchanges[last].messages.append(try bytes(words[1]))
            }
        }
        return exchanges
    }

    private static func bytes(_ text: Substring) throws -> [UInt8] {
        try #require(HexText.decode(String(text)))
    }

    private static func item(_ words: [Substring]) throws -> NegentropyItem {
        let id = try #require(ElementID(bytes: try bytes(words[2]).reversed()))
        return NegentropyItem(timestamp: try #require(UInt64(words[1])), id: id)
    }
}

/// Our messages are byte for byte those of another implementation.
@Suite struct NegentropyVectorTests {
    @Test func recordingsAreThere() throws {
        #expect(
            try RecordedExchange.load().map(\.name) == ["lists", "split", "same-seconds", "equal", "full-frame"])
    }

    @Test(arguments: try RecordedExchange.load())
    func asksLikeTheRecordedClient(recorded: RecordedExchange) throws {
        let storage = NegentropyItems(recorded.both + recorded.client)
        var client = NegentropyClient(storage, digester: PortableDigester(), frameLimit: 60_000)
        var have: Set<NegentropyItem> = []
        var need: Set<ElementID> = []
        var next: [UInt8]? = try client.initiate()
        for round in stride(from: 0, to: recorded.messages.count, by: 2) {
            #expect(next == recorded.messages[round])
            let step = try client.reconcile(recorded.messages[round + 1])
            have.formUnion(step.have)
            need.formUnion(step.need)
            next = step.next
        }
        #expect(next == nil)
        #expect(have == Set(recorded.client))
        #expect(need == Set(recorded.server.map(\.id)))
    }

    @Test(arguments: try RecordedExchange.load())
    func answersLikeTheRecordedServer(recorded: RecordedExchange) throws {
        let items = recorded.both + recorded.server
        let entries = items.enumerated().map {
            LedgerEntry(key: UInt32($1.timestamp), id: $1.id, row: UInt32($0))
        }
        for round in stride(from: 0, to: recorded.messages.count, by: 2) {
            let (message, answer) = (recorded.messages[round], recorded.messages[round + 1])
            let plain = NegentropyServer(NegentropyItems(items), digester: PortableDigester(), frameLimit: 60_000)
            #expect(try plain.answer(message) == answer)
            let index = NegentropyServer(
                LedgerSnapshot(LedgerIndex(entries)), digester: PortableDigester(), frameLimit: 60_000)
            #expect(try index.answer(message) == answer)
        }
    }
}
