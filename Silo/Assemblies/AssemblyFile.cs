using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Orchestration.Silo.Assemblies;

/// <summary>What a file says of itself before any of its code is loaded.</summary>
internal static class AssemblyFile
{
    private const string Engine = "Orchestration.Workflows";
    private const string Core = ".NETCoreApp,Version=v";

    /// <summary>Refuses what cannot be hosted.</summary>
    /// <exception cref="WorkflowAssemblyException">It cannot be hosted.</exception>
    public static void Check(FileInfo file)
    {
        if (!file.Exists) throw new WorkflowAssemblyException(
            $"there is no file {file.FullName}. Build the project, and name its .dll.");
        try
        {
            using var stream = file.OpenRead();
            using var reader = new PEReader(stream);
            if (!reader.HasMetadata) throw NoAssembly(file, null);
            var metadata = reader.GetMetadataReader();
            if (!metadata.IsAssembly) throw NoAssembly(file, null);
            CheckFramework(file, FrameworkOf(metadata));
            if (!metadata.AssemblyReferences.Any(r => metadata.GetString(metadata.GetAssemblyReference(r).Name) == Engine))
                throw new WorkflowAssemblyException($"{file.Name} has no workflows: it does not reference {Engine}.");
        }
        catch (BadImageFormatException e)
        {
            throw NoAssembly(file, e);
        }
    }

    private static WorkflowAssemblyException NoAssembly(FileInfo file, Exception? inner) =>
        new($"{file.FullName} is no .NET assembly. Name the .dll of a class library.", inner);

    private static void CheckFramework(FileInfo file, string? framework)
    {
        if (framework is null || framework.StartsWith(".NETStandard,", StringComparison.Ordinal)) return;
        if (framework.StartsWith(Core, StringComparison.Ordinal)
            && Version.TryParse(framework[Core.Length..], out var version) && version.Major <= Environment.Version.Major) return;
        var major = Environment.Version.Major;
        throw new WorkflowAssemblyException(
            $"{file.Name} is built for {framework}; this silo runs .NET {major}. Build it for net{major}.0 or older.");
    }

    private static string? FrameworkOf(MetadataReader metadata)
    {
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference) continue;
            var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
            if (parent.Kind != HandleKind.TypeReference) continue;
            if (metadata.GetString(metadata.GetTypeReference((
                TypeReferenceHandle)parent).Name) != "TargetFrameworkAttribute") continue;
            var value = metadata.GetBlobReader(attribute.Value);
            value.ReadUInt16(); // The prolog of every attribute's blob.
            return value.ReadSerializedString();
        }

        return null;
    }
}
