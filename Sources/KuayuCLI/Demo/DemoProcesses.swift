import Foundation
import KuayuModel
import Synchronization

/// The programs of the demo: a gateway and four hubs, each a process of its own.
final class DemoProcesses: Sendable {
    private let running = Mutex<[String: Int32]>([:])
    private let executable: String

    init() {
        executable =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// Starts this program with other arguments.
    ///
    /// Its errors go to a file; its first line of output, if `waits`, is returned.
    func start(_ name: String, _ arguments: [String], log: String, waits: Bool) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let file = FileHandle(forWritingAtPath: log)
        _ = try? file?.seekToEnd()
        process.standardError = file ?? FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = waits ? pipe : (file ?? FileHandle.nullDevice)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        running.withLock { $0[name] = process.processIdentifier }
        guard waits else { return "" }
        let line = Self.firstLine(pipe.fileHandleForReading)
        guard line.hasPrefix("ready") else {
            let reason = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw CommandFailure("\(name) did not start: \(reason.suffix(600))", help: "see \(log)")
        }
        return line
    }

    private static func firstLine(_ handle: FileHandle) -> String {
        var bytes: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first, byte != 10 { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Sends a signal and waits until the process has ended.
    func end(_ name: String, signal: Int32) {
        guard let identifier = running.withLock({ $0.removeValue(forKey: name) }) else { return }
        kill(identifier, signal)
        var status: Int32 = 0
        for _ in 0..<200 {
            if waitpid(identifier, &status, WNOHANG) != 0 { return }
            usleep(25_000)
        }
        kill(identifier, SIGKILL)
        waitpid(identifier, &status, 0)
    }

    /// Whether a process still runs.
    func isRunning(_ name: String) -> Bool {
        guard let identifier = running.withLock({ $0[name] }) else { return false }
        return kill(identifier, 0) == 0
    }

    /// Ends everything.
    func endAll() {
        let all = running.withLock { $0 }
        for identifier in all.values { kill(identifier, SIGTERM) }
        for name in all.keys.sorted() { end(name, signal: SIGTERM) }
    }
}

/// A port that was free a moment ago.
enum FreePort {
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CommandFailure("no free port on 127.0.0.1", help: "errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
