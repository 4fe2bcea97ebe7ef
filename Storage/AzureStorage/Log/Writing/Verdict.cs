namespace Orchestration.Storage.AzureStorage.Log.Writing;

/// <summary>What is to be done with a write, by what memory says.</summary>
internal enum Verdict
{
    /// <summary>It is in the batch: its answer is given once the block stands.</summary>
    Written,

    /// <summary>Its answer is certain already.</summary>
    Answered,

    /// <summary>It does not fit what memory says; certain once memory is known to be that of the log's end.</summary>
    Misfit,

    /// <summary>Its instance is not all in memory.</summary>
    NotReady,

    /// <summary>It depends on what is in this batch: next time.</summary>
    Later,

    /// <summary>A turn that is in the packs alone decides.</summary>
    LookUp,
}
