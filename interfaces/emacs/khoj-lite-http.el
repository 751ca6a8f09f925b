;;; khoj-lite-http.el --- Calls and streams of the daemon  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Asynchronous calls over a plain network process; no user interface.
;; url.el is not used: it takes proxies from the environment, keeps
;; cookies, may ask for passwords, and hands over a body only when it
;; is complete.  Requests are HTTP/1.0, so that an answer is its headers
;; and then plain bytes until the end: nothing is chunked.
;;
;; Nothing here waits.  What is given to a call is called later:
;;
;;   (khoj-lite-http-get "/search" '((q . "bees") (n . 10))
;;     (lambda (answer) ...)            ; an alist
;;     (lambda (fault) ...))            ; an alist of code, message, hint
;;
;; JSON objects are alists with symbols for keys, arrays are lists, null
;; and false are nil.

;;; Code:

(require 'khoj-lite-daemon)
(require 'cl-lib)
(require 'url-util)
(eval-when-compile (require 'subr-x))

(defconst khoj-lite-http--base "/api/v1"
  "What every path of the daemon begins with.")

(defconst khoj-lite-http--pause 0.2
  "Seconds between two attempts to reach a daemon that is starting.")

(defconst khoj-lite-http--patience 1.5
  "Seconds that a daemon may be out of reach before it is given up.
That is about what starting it again takes.")

(cl-defstruct (khoj-lite-http-call
               (:constructor khoj-lite-http--make)
               (:copier nil))
  "A call that was made.
`state' is waiting, open, answering or over."
  method path body done fail line process buffer timer
  (state 'waiting) status length (since (float-time)))

(defun khoj-lite-http-get (path query done fail)
  "Call PATH with QUERY, an alist; give the answer to DONE or a fault to FAIL.
Return the call."
  (khoj-lite-http--begin
   (khoj-lite-http--make :method "GET" :path (khoj-lite-http--target path query)
                         :done done :fail fail)))

(defun khoj-lite-http-send (method path body done fail)
  "Send BODY, an alist or nil, to PATH by METHOD; DONE and FAIL are as in a get.
Return the call."
  (khoj-lite-http--begin
   (khoj-lite-http--make :method method :path (khoj-lite-http--target path nil)
                         :body (khoj-lite-http--encode body) :done done :fail fail)))

(defun khoj-lite-http-stream (path body line done fail)
  "Post BODY, an alist, to PATH, whose answer is one JSON object a line.
Give each to LINE as it comes, then call DONE without arguments, or
give a fault to FAIL.  Return the call."
  (khoj-lite-http--begin
   (khoj-lite-http--make :method "POST" :path (khoj-lite-http--target path nil)
                         :body (khoj-lite-http--encode body)
                         :line line :done done :fail fail)))

(defun khoj-lite-http-cancel (call)
  "End CALL, if there is one; nothing is called any more.
The daemon notices and stops its work."
  (when (and call (khoj-lite-http--end call))
    t))

(defun khoj-lite-http-active-p (call)
  "Return non-nil while CALL is under way."
  (and call (not (eq (khoj-lite-http-call-state call) 'over))))

(defun khoj-lite-http-explain (fault)
  "Return FAULT as one line for people."
  (let ((message (alist-get 'message fault)) (hint (alist-get 'hint fault)))
    (setq message (if (stringp message) message "something went wrong"))
    (concat (if (string-prefix-p "khoj_lite" message) message
              (concat (upcase (substring message 0 1)) (substring message 1)))
            (when (and (stringp hint) (not (string-empty-p hint)))
              (concat ".  " hint)))))

(defun khoj-lite-http-tell (fault)
  "Show FAULT in the echo area."
  (message "%s" (khoj-lite-http-explain fault)))

;;; Making a request

(defun khoj-lite-http--target (path query)
  "Return PATH under the base, with the alist QUERY; nil values are left out."
  (let ((pairs (cl-loop for (name . value) in query
                        when value
                        collect (format "%s=%s" name
                                        (url-hexify-string
                                         (cond ((eq value t) "true")
                                               ((stringp value) value)
                                               (t (format "%s" value))))))))
    (concat khoj-lite-http--base path (and pairs "?") (string-join pairs "&"))))

(defun khoj-lite-http--encode (body)
  "Return the alist BODY as JSON in UTF-8."
  (and body
       (encode-coding-string
        (if (fboundp 'json-serialize)
            (json-serialize body :null-object nil)
          (json-encode body))
        'utf-8)))

(defun khoj-lite-http--decode (bytes)
  "Return the JSON value in BYTES; signal an error when it is none."
  (let ((text (decode-coding-string bytes 'utf-8)))
    (if (fboundp 'json-parse-string)
        (json-parse-string text :object-type 'alist :array-type 'list
                           :null-object nil :false-object nil)
      (let ((json-object-type 'alist) (json-array-type 'list)
            (json-null nil) (json-false nil))
        (json-read-from-string text)))))

(defun khoj-lite-http--begin (call)
  "Begin CALL and return it."
  (khoj-lite-http--later call 0 #'khoj-lite-http--connect)
  call)

(defun khoj-lite-http--later (call seconds function)
  "Call FUNCTION with CALL in SECONDS, unless it is over by then."
  (khoj-lite-http--forget-timer call)
  (setf (khoj-lite-http-call-timer call)
        (run-at-time seconds nil
                     (lambda ()
                       (when (khoj-lite-http-active-p call)
                         (funcall function call))))))

(defun khoj-lite-http--forget-timer (call)
  "Cancel the timer of CALL, if it has one."
  (when (khoj-lite-http-call-timer call)
    (cancel-timer (khoj-lite-http-call-timer call))
    (setf (khoj-lite-http-call-timer call) nil)))

(defun khoj-lite-http--connect (call)
  "Open a connection for CALL; wait for a daemon that is starting."
  (let ((note (khoj-lite-daemon-note)) (token (khoj-lite-daemon-token)))
    (cond ((and note token)
           (khoj-lite-daemon-check-version note)
           (khoj-lite-http--open call (khoj-lite-daemon-address note) token))
          ((khoj-lite-daemon-starting-p)
           (setf (khoj-lite-http-call-since call) (float-time))
           (khoj-lite-http--later call khoj-lite-http--pause #'khoj-lite-http--connect))
          (t (khoj-lite-http--unreachable call)))))

(defun khoj-lite-http--unreachable (call)
  "Try CALL again soon, or give it up when that took too long already."
  (khoj-lite-http--drop call)
  (if (< (- (float-time) (khoj-lite-http-call-since call)) khoj-lite-http--patience)
      (khoj-lite-http--later call khoj-lite-http--pause #'khoj-lite-http--connect)
    (khoj-lite-http--fail
     call "down" "khoj_lite is not running" "M-x khoj-lite-start starts it.")))

(defun khoj-lite-http--open (call address token)
  "Connect CALL to ADDRESS, a host and a port, and send it with TOKEN."
  (let ((buffer (generate-new-buffer " *khoj-lite call*" t)))
    (with-current-buffer buffer
      (set-buffer-multibyte nil)
      (buffer-disable-undo))
    (setf (khoj-lite-http-call-buffer call) buffer)
    (condition-case nil
        (let ((process (apply
                        #'make-network-process
                        :name "khoj-lite" :buffer buffer :nowait t :noquery t :coding 'binary
                        :filter (lambda (_ bytes) (khoj-lite-http--receive call bytes))
                        :sentinel (lambda (process event)
                                    (khoj-lite-http--changed
                                     call process event
                                     (khoj-lite-http--request call address token)))
                        (khoj-lite-http--where address))))
          (setf (khoj-lite-http-call-process call) process)
          (khoj-lite-http--later call khoj-lite-timeout #'khoj-lite-http--slow))
      (file-error (khoj-lite-http--unreachable call)))))

(defun khoj-lite-http--where (address)
  "Return the arguments of `make-network-process' for ADDRESS, a host and a port.
Emacs looks only ten times a second whether a host was looked up,
so that one which is a number already is not looked up."
  (pcase-let ((`(,host . ,port) address))
    (cond ((string-match-p "\\`[0-9]+\\(?:\\.[0-9]+\\)\\{3\\}\\'" host)
           (list :family 'ipv4 :remote
                 (vconcat (mapcar #'string-to-number (split-string host "\\.")) (list port))))
          ((equal host "::1")
           (list :family 'ipv6 :remote (vector 0 0 0 0 0 0 0 1 port)))
          (t (list :host host :service port)))))

(defun khoj-lite-http--request (call address token)
  "Return the bytes of CALL for ADDRESS with TOKEN."
  (let ((body (khoj-lite-http-call-body call))
        (host (if (string-search ":" (car address))
                  (format "[%s]" (car address))
                (car address))))
    (concat (khoj-lite-http-call-method call) " " (khoj-lite-http-call-path call)
            " HTTP/1.0\r\nHost: " (format "%s:%d" host (cdr address))
            "\r\nAuthorization: Bearer " token "\r\n"
            (and body (format "Content-Type: application/json\r\nContent-Length: %d\r\n"
                              (length body)))
            "\r\n" body)))

(defun khoj-lite-http--changed (call process event request)
  "React to EVENT of PROCESS, which serves CALL; once it is open, send REQUEST."
  (when (and (khoj-lite-http-active-p call)
             (eq process (khoj-lite-http-call-process call)))
    (cond ((string-prefix-p "open" event)
           (setf (khoj-lite-http-call-state call) 'open)
           (condition-case nil
               (process-send-string process request)
             (error (khoj-lite-http--closed call))))
          ((eq (process-status process) 'failed) (khoj-lite-http--unreachable call))
          ((memq (process-status process) '(closed exit signal))
           (khoj-lite-http--closed call)))))

(defun khoj-lite-http--slow (call)
  "Give CALL up: nothing came in time."
  (khoj-lite-http--fail
   call "slow" (format "khoj_lite did not answer within %s seconds" khoj-lite-timeout)
   "It may be busy; try again."))

;;; Receiving the answer

(defun khoj-lite-http--receive (call bytes)
  "Take in BYTES of the answer to CALL."
  (when (khoj-lite-http-active-p call)
    (with-current-buffer (khoj-lite-http-call-buffer call)
      (goto-char (point-max))
      (insert bytes)
      (unless (khoj-lite-http-call-status call)
        (khoj-lite-http--read-head call)))
    (when (khoj-lite-http-call-status call)
      (if (khoj-lite-http--streams-p call)
          (khoj-lite-http--take-lines call)
        (when (and (khoj-lite-http-call-length call)
                   (>= (buffer-size (khoj-lite-http-call-buffer call))
                       (khoj-lite-http-call-length call)))
          (khoj-lite-http--complete call))))))

(defun khoj-lite-http--streams-p (call)
  "Return non-nil when CALL is answered line by line, not by an error."
  (and (khoj-lite-http-call-line call)
       (eq (khoj-lite-http-call-status call) 200)))

(defun khoj-lite-http--read-head (call)
  "Read the head of the answer to CALL in this buffer, and delete it."
  (goto-char (point-min))
  (when (search-forward "\r\n\r\n" nil t)
    (let ((end (point)) (case-fold-search t))
      (goto-char (point-min))
      (setf (khoj-lite-http-call-status call)
            (if (looking-at "HTTP/1\\.[01] \\([0-9][0-9][0-9]\\)")
                (string-to-number (match-string 1))
              0))
      (when (re-search-forward "^content-length: *\\([0-9]+\\)" end t)
        (setf (khoj-lite-http-call-length call) (string-to-number (match-string 1))))
      (delete-region (point-min) end)
      (setf (khoj-lite-http-call-state call) 'answering)
      (when (khoj-lite-http--streams-p call)
        (khoj-lite-http--forget-timer call)))))

(defun khoj-lite-http--take-lines (call)
  "Give whole lines that came for CALL to its function."
  (let (line)
    (while (and (khoj-lite-http-active-p call)
                (setq line (with-current-buffer (khoj-lite-http-call-buffer call)
                             (goto-char (point-min))
                             (when (search-forward "\n" nil t)
                               (prog1 (buffer-substring (point-min) (1- (point)))
                                 (delete-region (point-min) (point)))))))
      (unless (string-blank-p line)
        (let ((record (ignore-errors (khoj-lite-http--decode line))))
          (when record
            (khoj-lite-http--call (khoj-lite-http-call-line call) record)))))))

(defun khoj-lite-http--closed (call)
  "The daemon has closed the connection of CALL."
  (cond ((khoj-lite-http--streams-p call)
         (let ((done (khoj-lite-http-call-done call)))
           (khoj-lite-http--end call)
           (khoj-lite-http--call done)))
        ((and (khoj-lite-http-call-status call)
              (not (khoj-lite-http-call-length call)))
         (khoj-lite-http--complete call))
        ((and (not (khoj-lite-http-call-status call))
              (equal (khoj-lite-http-call-method call) "GET"))
         (khoj-lite-http--unreachable call)) ; it is being started again
        (t (khoj-lite-http--fail call "closed" "khoj_lite stopped before it had answered"
                                 "M-x khoj-lite-start starts it."))))

(defun khoj-lite-http--complete (call)
  "Hand the whole answer to CALL over."
  (let* ((status (khoj-lite-http-call-status call))
         (bytes (with-current-buffer (khoj-lite-http-call-buffer call) (buffer-string)))
         (answer (condition-case nil
                     (if (string-empty-p bytes) nil (khoj-lite-http--decode bytes))
                   (error 'garbled)))
         (done (khoj-lite-http-call-done call))
         (fault (and (consp answer) (alist-get 'error answer))))
    (cond ((and (<= 200 status 299) (not (eq answer 'garbled)))
           (khoj-lite-http--end call)
           (khoj-lite-http--call done answer))
          ((eql status 401)
           (khoj-lite-http--fail
            call "unauthorized"
            (format "khoj_lite does not know the token in %s"
                    (abbreviate-file-name (khoj-lite-daemon-home)))
            "Start it again, or say in khoj-lite-home where its data are."))
          ((and (consp fault) (alist-get 'code fault))
           (khoj-lite-http--fail call (alist-get 'code fault) (alist-get 'message fault)
                                 (alist-get 'hint fault)))
          (t (khoj-lite-http--fail
              call "garbled" "what answers there does not seem to be khoj_lite"
              "Is another program using its port?")))))

(defun khoj-lite-http--fail (call code message hint)
  "End CALL with a fault of CODE, MESSAGE and HINT."
  (let ((fail (khoj-lite-http-call-fail call)))
    (khoj-lite-http--end call)
    (khoj-lite-http--call fail `((code . ,code) (message . ,message) (hint . ,hint)))))

(defun khoj-lite-http--call (function &rest arguments)
  "Call FUNCTION with ARGUMENTS; show an error in it instead of signalling it.
After an error in a process filter Emacs would stand still for two seconds."
  (with-demoted-errors "khoj_lite: %S"
    (apply function arguments)))

(defun khoj-lite-http--end (call)
  "Close everything that CALL has open; return nil if it was over already."
  (when (khoj-lite-http-active-p call)
    (setf (khoj-lite-http-call-state call) 'over)
    (khoj-lite-http--drop call)
    t))

(defun khoj-lite-http--drop (call)
  "Close the connection of CALL and forget what came over it."
  (khoj-lite-http--forget-timer call)
  (let ((process (khoj-lite-http-call-process call))
        (buffer (khoj-lite-http-call-buffer call)))
    (setf (khoj-lite-http-call-process call) nil
          (khoj-lite-http-call-status call) nil
          (khoj-lite-http-call-length call) nil)
    (when process
      (set-process-sentinel process #'ignore)
      (set-process-filter process #'ignore)
      (delete-process process))
    (when (buffer-live-p buffer)
      (kill-buffer buffer))))

(provide 'khoj-lite-http)
;;; khoj-lite-http.el ends here
