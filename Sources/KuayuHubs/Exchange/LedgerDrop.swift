import KuayuGateway
import KuayuModel
import KuayuReconcile
import Synchronization

/// The ledger files of a hub that exchanges files: both lanes into `out/` once a day, or when somebody asks.
struct LedgerDrop {
    let node: HubNode

    /// Most manifests that lie in `out/` for each lane: the gateway follows their links.
    private static let manifestCount = 32

    func run() async throws {
        guard let root = node.settings.folder else { throw HubError.noFolder }
        let folder = HubFolder(root: root)
        try folder.prepare()
        let pause = node.settings.feedMilliseconds
        var next = node.clock.now.adding(milliseconds: pause)
        while true {
            if node.clock.now >= next, node.behaviour != .down {
                try await drop(folder)
                next = node.clock.now.adding(milliseconds: pause)
            }
            try await Task.sleep(for: .milliseconds(max(10, min(200, pause))))
        }
    }

    /// Writes a file of each lane and then its manifest; their names.
    func drop() async throws -> [String] {
        guard let root = node.settings.folder else { throw HubError.noFolder }
        let folder = HubFolder(root: root)
        try folder.prepare()
        return try await drop(folder)
    }

    @discardableResult
    private func drop(_ folder: HubFolder) async throws -> [String] {
        var names: [String] = []
        for lane in Lane.allCases.sorted() {
            let feed = try await node.recon.makeFeed(lane)
            // The manifest last: a file without one does not exist yet.
            try folder.write(feed.file, "out/" + feed.name.file)
            try folder.write(feed.manifest, "out/" + feed.name.manifest)
            clear(folder, lane)
            names.append(feed.name.file)
        }
        return names
    }

    /// Moves old files away: of each lane two stay, and as many manifests as the gateway may have to follow.
    private func clear(_ folder: HubFolder, _ lane: Lane) {
        let names = folder.names("out")
        let files = names.filter { FeedName($0)?.lane == lane }
        let manifests = names.filter { name in
            name.hasSuffix(".manifest.json") && FeedName(String(name.dropLast(14)))?.lane == lane
        }
        for name in files.dropLast(2) + manifests.dropLast(Self.manifestCount) {
            folder.move("out/" + name, to: "done/" + name)
        }
    }
}
