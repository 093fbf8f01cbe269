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

    /// Starts a program; `name` names its files in `folder`.
    ///
    /// Its environment has nothing of ours but the path and what is given.
    init(
        _ executable: String, _ arguments: [String], name: String, folder: String, workingFolder: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        outputPath = "\(folder)/\(name).out"
        errorPath = "\(folder)/\(name).err"
        let ending = Ending()
        let identifier = try Self.spawn(
            executable, arguments, in: workingFolder ?? folder, output: outputPath, errors: errorPath,
            environment: Self.environment(environment))
        self.identifier = identifier
        self.ending = ending
        Thread {
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            ending.set(signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
        }.start()
    }

    /// Starts it in a group and a folder of its own.
    ///
    /// Foundation's `Process` reads past a page now and then when hundreds of programs are started, and waits for its
    /// children one after another.
    private static func spawn(
        _ executable: String, _ arguments: [String], in folder: String, output: String, errors: String,
        environment: [String: String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var texts: [UnsafeMutablePointer<CChar>?] =
            (["env", "-C", folder, executable] + arguments).map { strdup($0) }
            + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in texts + variables { free(text) } }
        var identifier = pid_t()
        let fault = posix_spawn(&identifier, "/usr/bin/env", &actions, &attributes, &texts, &variables)
        guard fault == 0 else { throw POSIXError(POSIXErrorCode(rawValue: fault) ?? .EIO) }
        return identifier
    }

    private static func environment(_ additions: [String: String]) -> [String: String] {
        let ours = ProcessInfo.processInfo.environment
        var result = ["COLUMNS": "100", "LANG": "C.UTF-8"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR"] { result[name] = ours[name] }
        return result.merging(additions) { $1 }
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
