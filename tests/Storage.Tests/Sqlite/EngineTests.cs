using Microsoft.Extensions.DependencyInjection;
using Orchestration.Storage.Sqlite;
using Orchestration.Tests.Engine;
using SQLitePCL;

namespace Orchestration.Storage.Tests.Sqlite;

/// <summary>The engine over a file.</summary>
public sealed class EngineTests : EngineConformance
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orchestration-engine-");

    private string File => Path.Combine(_directory.FullName, "orchestration.db");

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    protected override void AddStore(IServiceCollection services, bool acceptRestore) =>
        services.AddSqliteStorage(store => (store.Path, store.AcceptRestore) = (File, acceptRestore));

    // What `.backup` does in SQLite's shell.
    protected override Task BackUpAsync()
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(File, out var source));
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(File + ".backup", out var target));
        using (source)
        using (target)
        {
            var backup = raw.sqlite3_backup_init(target, "main", source, "main");
            Assert.Equal(raw.SQLITE_DONE, raw.sqlite3_backup_step(backup, -1));
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_backup_finish(backup));
        }

        return Task.CompletedTask;
    }

    protected override Task PutBackAsync()
    {
        System.IO.File.Move(File + ".backup", File, overwrite: true);
        return Task.CompletedTask;
    }
}
