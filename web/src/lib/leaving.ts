// Asked of the whole page before somebody leaves a classroom device: whoever holds what the server
// lacks prevents the event's default, and leaving waits a moment.
export const LEAVING = "lookin:leaving";
