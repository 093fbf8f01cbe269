import Foundation
import Synchronization

/// A process that a test started: its output goes to files, its end can be waited for.
final class ProgramProcess: Sendable {
    /// Where its output goes.
    let outputPath: String
    /// Where its errors go.
    let errorPath: String
    let identifier: Int32
    private let ending: Ending
    /// Kept alive until the process has ended.
    private let process: Mutex<Process>

    /// Starts a program; `name` names its files in `folder`.
    ///
    /// Its environment has nothing of ours but the path and what is given.
    init(
        _ executable: String, _ arguments: [String], name: String, folder: String, workingFolder: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        outputPath = "\(folder)/\(name).out"
        errorPath = "\(folder)/\(name).err"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: workingFolder ?? folder)
        process.environment = Self.environment(environment)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(outputPath)
        process.standardError = try Self.file(errorPath)
        let ending = Ending()
        process.terminationHandler = { ended in
            ending.set(ended.terminationStatus + (ended.terminationReason == .uncaughtSignal ? 128 : 0))
        }
        try process.run()
        identifier = process.processIdentifier
        self.ending = ending
        self.process = Mutex(process)
    }

    private static func environment(_ additions: [String: String]) -> [String: String] {
        let ours = ProcessInfo.processInfo.environment
        var result = ["COLUMNS": "100", "LANG": "C.UTF-8"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR"] { result[name] = ours[name] }
        return result.merging(additions) { $1 }
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }

    /// What it has printed so far.
    var output: String { Self.text(outputPath) }
    /// What it has complained of so far.
    var errors: String { Self.text(errorPath) }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// The exit code if it has ended; 128 and the signal when a signal ended it.
    var code: Int32? { ending.code }

    /// Waits for its end.
    func ended() async -> Int32 { await ending.wait() }

    func send(_ signal: Int32) { if code == nil { kill(identifier, signal) } }
}

/// The end of a process, known to all who wait for it.
private final class Ending: Sendable {
    private struct State {
        var code: Int32?
        var waiting: [CheckedContinuation<Int32, Never>] = []
    }

    private let state = Mutex(State())

    var code: Int32? { state.withLock(\.code) }

    func set(_ code: Int32) {
        let waiting = state.withLock { state in
            state.code = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: code) }
    }

    func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            let code = state.withLock { state in
                if state.code == nil { state.waiting.append(continuation) }
                return state.code
            }
            if let code { continuation.resume(returning: code) }
        }
    }
}

/// What a command did.
struct CommandResult: Sendable {
    let code: Int32
    let output: String
    let errors: String
}

extension Program {
    /// Runs `kuayu` to its end.
    static func run(
        _ arguments: [String], in workingFolder: String? = nil, environment: [String: String] = [:]
    ) async throws -> CommandResult {
        try await run(executable(), arguments, in: workingFolder, environment: environment)
    }

    /// Runs any program to its end.
    static func run(
        _ executable: String, _ arguments: [String], in workingFolder: String?, environment: [String: String]
    ) async throws -> CommandResult {
        let folder = try TemporaryFolder()
        let process = try ProgramProcess(
            executable, arguments, name: "command", folder: folder.path, workingFolder: workingFolder,
            environment: environment)
        defer { process.send(SIGKILL) }
        let code = await process.ended()
        return CommandResult(code: code, output: process.output, errors: process.errors)
    }
}
