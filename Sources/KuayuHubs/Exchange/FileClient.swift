import KuayuCrypto
import KuayuEvidence
import KuayuFormats
import KuayuGateway
import KuayuModel
import Synchronization

/// The file side of a hub: writes its cases into `out/`, reads the gateway's from `in/`.
///
/// In `in/` a file exists only with its `.ok`; the hub answers with an `.ack`. What is done moves to `done/`.
struct FileClient {
    let node: HubNode

    /// Most cases in one file.
    private static let batch = 32

    func run() async throws {
        guard let root = node.settings.folder else { throw HubError.noFolder }
        let folder = HubFolder(root: root)
        try folder.prepare()
        var waiting: [String: [HubBook.Outgoing]] = [:]
        var last = 0
        while true {
            if node.behaviour != .down {
                try takeAcknowledgements(folder, &waiting)
                try receive(folder)
                if waiting.isEmpty { try send(folder, &waiting, &last) }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: out

    private func send(_ folder: HubFolder, _ waiting: inout [String: [HubBook.Outgoing]], _ last: inout Int) throws {
        let messages = node.withBook { $0.takeOutgoing(Self.batch) }
        if messages.isEmpty { return }
        last += 1
        let time = LocalTime.text(node.clock.now, "yyyyMMddHHmmss")
        let name = "340000_BJ_\(time)_" + padded(last % 1000, 3) + ".txt"
        let bytes = node.format.payload(messages.map(\.document), key: "B\(time)\(last)", now: node.clock.now)
        let manifest = FileManifest(lineCount: messages.count + 1, sm3: HexText.encode(SM3.digest(bytes)))
        try folder.write(bytes, "out/" + name)
        try folder.write(Array(manifest.text.utf8), "out/" + name + ".ok")
        waiting[name] = messages
        node.withBook { $0.counters.sent += messages.count }
    }

    private func takeAcknowledgements(_ folder: HubFolder, _ waiting: inout [String: [HubBook.Outgoing]]) throws {
        for (name, messages) in waiting.sorted(by: { $0.key < $1.key }) {
            guard let bytes = folder.read("out/" + name + ".ack") else { continue }
            let ack = try FileAck(text: String(decoding: GB18030.decode(bytes).bytes, as: UTF8.self))
            let receipts = receipts(folder.read("out/" + name + ".rcp"))
            let now = node.clock.now
            node.withBook { book in
                for message in messages { learn(message, ack, receipts, now, &book) }
            }
            waiting[name] = nil
            for suffix in ["", ".ok", ".ack", ".rcp"] {
                folder.move("out/" + name + suffix, to: "done/" + name + suffix)
            }
        }
    }

    /// The receipts that lie beside an acknowledgement, by case; one that does not verify is not believed.
    private func receipts(_ bytes: [UInt8]?) -> [CaseID: String] {
        var receipts: [CaseID: String] = [:]
        for line in String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init) {
            guard let receipt = try? ReceiptJWS.verify(line, with: node.receiptVerifier) else { continue }
            if let id = receipt.registration?.caseID { receipts[id] = line }
        }
        return receipts
    }

    private func learn(
        _ message: HubBook.Outgoing, _ ack: FileAck, _ receipts: [CaseID: String], _ now: Instant,
        _ book: inout HubBook
    ) {
        let line = ack.lines.first { $0.number == message.number } ?? ack.lines.first { $0.number == "*" }
        switch line?.answer {
        case .accepted(let registered):
            let registration = registered?.registration
            book.learn(
                registration, number: message.number, isRefused: false,
                receipt: registration.flatMap { receipts[$0.caseID] }, now: now)
        case .refused: book.learn(nil, number: message.number, isRefused: true, now: now)
        case nil: book.putBack([message])
        }
    }

    // MARK: in

    private func receive(_ folder: HubFolder) throws {
        // The gateway has read an acknowledgement long before; the folder must not grow for ever.
        for name in folder.names("in") where name.hasSuffix(".ack") && folder.age("in/" + name) > 60 {
            folder.move("in/" + name, to: "done/in-" + name)
        }
        for name in folder.names("in") where name.hasSuffix(".txt") {
            guard let mark = folder.read("in/" + name + ".ok"), let bytes = folder.read("in/" + name),
                folder.read("in/" + name + ".ack") == nil
            else { continue }
            let manifest = try FileManifest(text: String(decoding: mark, as: UTF8.self))
            guard manifest.sm3 == HexText.encode(SM3.digest(bytes)) else { continue }
            let text = Array(answer(bytes, manifest).text.utf8)
            try folder.write(GB18030.encode(text, repertoire: .gb18030), "in/" + name + ".ack")
            for suffix in ["", ".ok", ".rcp"] { folder.move("in/" + name + suffix, to: "done/in-" + name + suffix) }
        }
    }

    private func answer(_ bytes: [UInt8], _ manifest: FileManifest) -> FileAck {
        let numbers = manifest.entries.map(\.number)
        guard let documents = try? node.format.parse(bytes),
            node.apply(
                documents, messages: manifest.entries.map(\.message.messageID),
                registrations: manifest.entries.map(\.message.registration))
        else {
            node.withBook { $0.counters.rejected += 1 }
            return FileAck(lines: numbers.map { FileAck.Line(number: $0, answer: .refused(reason: "格式错误")) })
        }
        return FileAck(lines: numbers.map { FileAck.Line(number: $0, answer: .accepted(nil)) })
    }
}
