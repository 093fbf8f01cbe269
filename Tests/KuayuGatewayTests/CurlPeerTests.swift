import Foundation
import KuayuGateway

/// How an outcome came out, for comparison.
enum OutcomeClass: String, Sendable {
    case answered, notSent, wrongIdentity, possiblySent, unreadable
}

extension PartnerOutcome {
    var outcomeClass: OutcomeClass {
        switch self {
        case .answered: .answered
        case .notSent: .notSent
        case .wrongIdentity: .wrongIdentity
        case .possiblySent: .possiblySent
        case .unreadable: .unreadable
        }
    }

    var status: Int? {
        if case .answered(let status, _, _) = self { status } else { nil }
    }

    var body: [UInt8]? {
        if case .answered(_, _, let body) = self { body } else { nil }
    }

    func header(_ name: String) -> String? {
        guard case .answered(_, let headers, _) = self else { return nil }
        return headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var reason: String {
        switch self {
        case .answered(let status, _, _): "answered \(status)"
        case .notSent(let reason), .wrongIdentity(let reason), .possiblySent(let reason), .unreadable(let reason):
            reason
        }
    }
}

/// A TLS partner that misbehaves as told: `openssl s_server`, whose input is what it answers.
final class MisbehavingPeer: @unchecked Sendable {
    // Sendable: `Process` and pipes are made in `init` and afterwards used by one thread of the test at a time.
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var printed = ""

    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// `connectionCount` is how many connections it takes before it ends.
    init(_ folder: TLSFolder, connectionCount: Int = 1) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-naccept", "\(connectionCount)", "-cert", folder.file("server.pem"),
            "-key",
            folder.file("server.key"), "-CAfile", folder.file("home.pem"), "-Verify", "1", "-verify_return_error",
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        process.terminate()
    }

    /// The port it listens on.
    func port() async -> Int {
        await RawClient.blocking { [self] in
            read { $0.contains("ACCEPT 127.0.0.1:") && $0.hasSuffix("\n") }
            let text = printed.components(separatedBy: "ACCEPT 127.0.0.1:").last ?? ""
            return Int(text.prefix { $0.isNumber }) ?? 0
        }
    }

    /// Waits until the request's last word has arrived, answers, and hangs up if told to.
    func serve(after word: String, reply: String, thenHangsUp: Bool) async {
        await RawClient.blocking { [self] in
            read { $0.contains(word) }
            if !reply.isEmpty { try? input.fileHandleForWriting.write(contentsOf: Data(reply.utf8)) }
            if thenHangsUp {
                // With an empty reply nothing is on its way; otherwise the program passes its input on first and ends.
                if reply.isEmpty { process.terminate() } else { try? input.fileHandleForWriting.close() }
            }
        }
    }

    /// Waits for a word of a request, then closes that connection and is ready for the next.
    func hangUp(after word: String) async {
        await RawClient.blocking { [self] in
            read { $0.contains(word) }
            // A command of `s_server`.
            try? input.fileHandleForWriting.write(contentsOf: Data("q\n".utf8))
        }
    }

    private func read(until isEnough: (String) -> Bool) {
        while !isEnough(printed) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return }
            printed += String(decoding: data, as: UTF8.self)
        }
    }
}
