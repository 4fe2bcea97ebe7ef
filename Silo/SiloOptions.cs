namespace Orchestration.Silo;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">The data directory.</param>
/// <param name="Port">The gateway's port; 0 is any free one.</param>
/// <param name="Assemblies">Users' assemblies; none means the sample's workflows.</param>
/// <param name="AcceptRestore">Consents to a store that was put back from a backup.</param>
/// <param name="Verbose">Logs information too, not only warnings.</param>
internal sealed record SiloOptions(DirectoryInfo Data, int Port, IReadOnlyList<FileInfo> Assemblies, bool AcceptRestore,
    bool Verbose);
