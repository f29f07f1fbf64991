# Reinforcement of uncertain tokens alone
#
# rl-masked-P: tokens that were sampled with a probability above P get no gradient. Share of
# right sampled answers to the run's own held-out problems. x counts tokens of updates from base
# on, those of the runs before included; at 0 stands base's own last evaluation, which may have
# ended its training. Between evaluations each seed is interpolated linearly, so what happens
# right after a second stage begins looks as if it began before. (b) The same less that of rl,
# seed by seed at equal tokens; 0 dotted. Lines: means over seeds (rl 8, rl-masked-0.9 8,
# rl-masked-0.8 4, rl-masked-0.5 4 seeds) at tokens that all of a run's seeds have, every
# 10,000. Bands and bars: the mean's 95 % interval at each point by itself, Student's t over
# seeds, of shares on the logit; none where all seeds agree.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-a2.gp
# It reads figure-a2.tsv and writes figure-a2.svg and figure-a2.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,174 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_a2' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,174./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-a2.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47121
  set bmargin at screen 0.14368
  set tmargin at screen 0.83333
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a) accuracy' at screen 0.2749,0.87356 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.2749,0.03448 center noenhanced front
  set label 'held-out accuracy' at screen 0.0202,0.48851 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.09648,0.95115 to screen 0.14194,0.95115 nohead linewidth 1 linecolor rgb '#0072b2' dashtype solid
  set label '' at screen 0.11921,0.95115 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.15204,0.95115 left font ',8' noenhanced front
  set arrow from screen 0.30582,0.95115 to screen 0.30582,0.95115 nohead linecolor 'white'
  set arrow from screen 0.30582,0.95115 to screen 0.35127,0.95115 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label '' at screen 0.32855,0.95115 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl-masked-0.9' at screen 0.36137,0.95115 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.95115 to screen 0.51515,0.95115 nohead linecolor 'white'
  set arrow from screen 0.51515,0.95115 to screen 0.56061,0.95115 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6)
  set label '' at screen 0.53788,0.95115 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl-masked-0.8' at screen 0.57071,0.95115 left font ',8' noenhanced front
  set arrow from screen 0.72448,0.95115 to screen 0.72448,0.95115 nohead linecolor 'white'
  set arrow from screen 0.72448,0.95115 to screen 0.76994,0.95115 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (6,1.6,1.2,1.6)
  set label '' at screen 0.74721,0.95115 point pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl-masked-0.5' at screen 0.78004,0.95115 left font ',8' noenhanced front
  plot 'figure-a2.tsv' index 0 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 1 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 2 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 3 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 4 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 5 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 6 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 7 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 8 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 9 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 10 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 11 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 12 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 13 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 14 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 15 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 16 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 17 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 18 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 19 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 20 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 21 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 22 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 23 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 24 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 25 using 1:2 with lines linewidth 0.6 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype solid notitle, \
    'figure-a2.tsv' index 27 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-a2.tsv' index 29 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6) notitle, \
    'figure-a2.tsv' index 31 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (6,1.6,1.2,1.6) notitle, \
    'figure-a2.tsv' index 33 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.58465
  set rmargin at screen 0.97727
  set bmargin at screen 0.14368
  set tmargin at screen 0.83333
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [-0.28426296628202274:0.28426296628202274]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('−0.2' -0.2, '−0.1' -0.1, '0.0' 0, '0.1' 0.1, '0.2' 0.2)
  set label '(b) against rl' at screen 0.78096,0.87356 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.78096,0.03448 center noenhanced front
  set label 'accuracy less rl'."'".'s' at screen 0.51414,0.48851 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-a2.tsv' index 34 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 35 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 36 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 37 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-a2.tsv' index 38 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'figure-a2.tsv' index 39 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 40 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (1.2,1.6) notitle, \
    'figure-a2.tsv' index 41 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'figure-a2.tsv' index 42 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (6,1.6,1.2,1.6) notitle, \
    'figure-a2.tsv' index 43 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle

  unset multiplot
  set output
}
