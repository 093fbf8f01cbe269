import Foundation
import KuayuCurl
import KuayuFiles
import KuayuGateway
import KuayuModel

/// The machine's clock.
struct SystemClock: GatewayClock {
    var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(epochMilliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Sends HTTPS and SFTP to libcurl, directories to the directory driver.
struct DriverTransport: PartnerTransport {
    let curl: CurlTransport
    let files: DirectoryTransport

    private func driver(_ place: PartnerPlace) -> any PartnerTransport {
        switch place {
        case .directory: files
        case .sftp: curl
        }
    }

    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        curl.exchange(request, completion: completion)
    }

    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        driver(place).put(file, at: place, completion: completion)
    }

    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] {
        try await driver(place).list(folder, at: place)
    }

    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        try await driver(place).fetch(path, at: place, limitBytes: limitBytes)
    }

    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {
        try await driver(place).move(path, to: target, at: place)
    }
}

/// Folders and the end of the program.
enum Folders {
    static func prepare(parentOf path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Ends the program at once: nothing that could write again may run.
    static func exitNow(_ code: Int32) { _exit(code) }
}
